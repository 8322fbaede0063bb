import { assertEquals } from "@std/assert";
import "../support/native.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { start as startCli, uniqueName, winipc } from "../cli/helpers.ts";
import { runArgs } from "../support/deno.ts";
import { runScript } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";
import { ON_ARM64, WINDOWS_RULES } from "../support/windows_rules.ts";
import { spawn } from "../../mod.ts";

const WAITING = new URL("peers/waiting.ts", import.meta.url);
const WAIT_FAILED = 0xffff_ffff;
/** What a wait for an event that is there twice gives. */
const EXPECTED = WINDOWS_RULES ? WAIT_FAILED : 0;
const ARCH = ON_ARM64 ? "aarch64" : "x86_64";
const TELL = { WINIPC_WINDOWS_RULES_TELL: "1" };

function rulesIn(stderr: string): string[] {
  return stderr.split(/\r?\n/)
    .filter((line) => line.startsWith("windows-rules: "))
    .map((line) => line.slice("windows-rules: ".length));
}

Deno.test("the rules are in force in a test, as the task says", () => {
  assertEquals(Deno.build.arch, ARCH);
  const { raw } = kernel32();
  const event = raw.CreateEventW(null, 1, 1, null);
  try {
    const twice = new BigUint64Array([event, event]);
    assertEquals(raw.WaitForMultipleObjects(2, twice, 1, 0), EXPECTED);
  } finally {
    raw.CloseHandle(event);
  }
});

Deno.test("the rules are in force in a peer, also with few permissions", async () => {
  const kernel32 = `${SYSTEM32}\\kernel32.dll`;
  for (const flags of [["-A"], [`--allow-ffi=${kernel32}`]]) {
    const { code, stdout, stderr } = await runScript(WAITING, [], flags);
    assertEquals([code, stdout, stderr], [0, `${ARCH}\n${EXPECTED}`, ""]);
  }
});

Deno.test("the rules are in force in a child of spawn()", async () => {
  await using child = spawn(Deno.execPath(), {
    args: runArgs(WAITING),
    stdout: "pipe",
  });
  const stdout = await new Response(child.stdout.readable).text();
  assertEquals(stdout.trim(), `${ARCH}\n${EXPECTED}`);
});

Deno.test("the rules are in force in the CLI, and in its window thread", async () => {
  const { code, stderr } = await winipc(["shm", "info", uniqueName()], {
    env: TELL,
  });
  assertEquals(code, 3);
  assertEquals(rulesIn(stderr), WINDOWS_RULES ? ["in force"] : []);

  await using listener = startCli([
    "message",
    "listen",
    "--title",
    uniqueName(),
  ], {
    env: TELL,
  });
  await listener.ready();
  listener.kill();
  assertEquals(
    rulesIn((await listener.ended()).stderr),
    WINDOWS_RULES ? ["in force", "in force in a worker"] : [],
  );
});
