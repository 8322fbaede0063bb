import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { lockNativeAccess, type Mechanism } from "../../../mod.ts";
import { fromUtf16 } from "../../../lib/win32/utf16.ts";
import { type Ended, runScript } from "../../support/peer.ts";
import { ASSUMED_SYSTEM32, SCOPED_SYSTEM32 } from "../../support/system32.ts";

const KERNEL32 = `${SCOPED_SYSTEM32}\\kernel32.dll`;
const NTDLL = `${SCOPED_SYSTEM32}\\ntdll.dll`;
const ADVAPI32 = `${SCOPED_SYSTEM32}\\advapi32.dll`;
const ASSUMED_KERNEL32 = `${ASSUMED_SYSTEM32}\\kernel32.dll`;

/** Runs a script with the right to open `libraries`, and no other right. */
function scoped(
  script: string,
  libraries: string[],
  ...args: string[]
): Promise<Ended> {
  const flags = libraries.length > 0
    ? [`--allow-ffi=${libraries.join(",")}`]
    : [];
  const url = new URL(`./${script}.ts`, import.meta.url);
  return runScript(url, args, flags);
}

Deno.test("named pipes need kernel32.dll and no other right", async () => {
  const { stdout, stderr } = await scoped("scoped_pipe", [KERNEL32]);
  assertEquals(
    stdout || stderr,
    "message, written, written, answered, same process, call, TimeoutError, TimeoutError",
  );
});

Deno.test("processes and anonymous pipes need kernel32.dll and no other right", async () => {
  const { stdout, stderr } = await scoped("scoped_process", [KERNEL32]);
  assertEquals(
    stdout || stderr,
    "heard N, 4, 1, TimeoutError, blocking, taken over",
  );
});

Deno.test("sddl and impersonation need advapi32.dll more", async () => {
  const libraries = [KERNEL32, ADVAPI32];
  const { stdout, stderr } = await scoped("scoped_sddl", libraries);
  assertEquals(stdout || stderr, "true 42");
});

Deno.test("mailslots need kernel32.dll, and ntdll.dll under Wine", async () => {
  const { stdout, stderr } = await scoped("scoped_mailslot", [KERNEL32, NTDLL]);
  assertEquals(stdout || stderr, "2, one, one, two, TimeoutError");
});

for (
  const [what, subject] of Object.entries({
    listenPipe: "named pipes",
    connectPipe: "named pipes",
    pipeInfo: "named pipes",
    createAnonymousPipe: "anonymous pipes and processes",
    spawn: "anonymous pipes and processes",
    inheritedHandle: "anonymous pipes and processes",
    createMailslot: "mailslots",
    openMailslot: "mailslots",
  })
) {
  Deno.test(`${what}() without permission names mechanism, library and flag`, async () => {
    const { stdout } = await scoped("refused", [], what);
    assertStringIncludes(stdout, `NotCapable: Cannot use ${subject}: `);
    assertStringIncludes(stdout, "cannot open kernel32.dll");
    assertStringIncludes(stdout, `--allow-ffi=${ASSUMED_KERNEL32}`);
  });
}

Deno.test("sddl without permission names advapi32.dll too", async () => {
  const { stdout } = await scoped("refused", [KERNEL32], "sddl");
  assertStringIncludes(stdout, "cannot open advapi32.dll");
  assertStringIncludes(stdout, `--allow-ffi=${KERNEL32},${ADVAPI32}`);
});

Deno.test("wrong arguments are reported before a missing permission", async () => {
  const { stdout } = await scoped("refused", [], "badName");
  assertStringIncludes(stdout, "TypeError: Invalid pipe name");
});

Deno.test("lockNativeAccess() refuses further libraries and keeps what is open", async () => {
  const { stdout, stderr } = await scoped("locked", [KERNEL32, ADVAPI32]);
  assertEquals(
    stdout || stderr,
    "NotCapable, works on, NotCapable, NotCapable",
  );
});

Deno.test("lockNativeAccess() takes back a grant of everything", async () => {
  const url = new URL("./locked.ts", import.meta.url);
  const { stdout, stderr } = await runScript(url, [], ["-A"]);
  assertEquals(
    stdout || stderr,
    "NotCapable, works on, NotCapable, NotCapable",
  );
});

Deno.test("lockNativeAccess() lets no window ask for native access again", async () => {
  const url = new URL("./locked_window.ts", import.meta.url);
  const { stdout, stderr } = await runScript(url, [], ["-A"]);
  assertEquals([stdout, stderr], ["NotCapable", ""]);
});

Deno.test("lockNativeAccess() refuses a mechanism that does not exist", () => {
  assertThrows(
    () => lockNativeAccess(["pipes" as Mechanism]),
    TypeError,
    'Invalid mechanism "pipes"',
  );
});

Deno.test("libraries are looked for where Windows says that it is, where its kernel32 may be asked", async () => {
  const script = new URL("./library_paths.ts", import.meta.url);
  const kernel32 = Deno.dlopen("kernel32.dll", {
    GetSystemDirectoryW: { parameters: ["buffer", "u32"], result: "u32" },
  });
  const buffer = new Uint8Array(520);
  kernel32.symbols.GetSystemDirectoryW(buffer, 260);
  kernel32.close();
  const { stdout, stderr } = await runScript(script, [], ["--allow-ffi"]);
  // Its letters are told as Windows writes them, which tells it from a guess.
  assertEquals([stdout, stderr], [`${fromUtf16(buffer)}\\kernel32.dll`, ""]);
});

Deno.test("libraries are looked for where Windows is, also without the right to read SystemRoot", async () => {
  const script = new URL("./library_paths.ts", import.meta.url);
  const foreign = "D:\\Windows\\System32\\kernel32.dll";
  for (
    const [flags, expected] of [
      [["-A"], KERNEL32],
      [["--allow-ffi"], KERNEL32],
      [[`--allow-ffi=${KERNEL32}`], KERNEL32],
      [[`--allow-ffi=${foreign}`], foreign],
      [[], ASSUMED_KERNEL32],
    ] as [string[], string][]
  ) {
    const { stdout, stderr } = await runScript(script, [], flags);
    assertEquals([stdout.toLowerCase(), stderr], [expected.toLowerCase(), ""]);
  }
});
