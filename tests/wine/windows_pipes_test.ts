import { assertEquals, assertStringIncludes } from "@std/assert";
import { userCache } from "../../lib/wine/cache.ts";
import {
  type Ended,
  endOfProcessesWith,
  finish,
  MAIN,
  readUntil,
  restOf,
  startMain,
  tempFolder,
  win,
} from "../support/linux.ts";

/** Starts Windows Deno as any other program of Windows, with pipes of Linux. */
function startProgram(script: string, args: string[] = []): Deno.ChildProcess {
  return startMain(["wine", userCache().denoExe, "eval", script, ...args]);
}

async function runProgram(
  script: string,
  args: string[] = [],
  input?: string,
): Promise<Ended> {
  return await finish(startProgram(script, args), input);
}

/** Asks what libuv asks: which of the standard streams are pipes of Windows. */
const PIPES = `const { symbols: { GetStdHandle, GetNamedPipeInfo } } =
  Deno.dlopen("C:\\\\Windows\\\\System32\\\\kernel32.dll", {
    GetStdHandle: { parameters: ["i32"], result: "usize" },
    GetNamedPipeInfo: {
      parameters: ["usize", "usize", "usize", "usize", "usize"],
      result: "i32",
    },
  });
const pipes = [-10, -11, -12].map((stream) =>
  GetNamedPipeInfo(GetStdHandle(stream), 0n, 0n, 0n, 0n) !== 0);
await Deno.writeTextFile(Deno.args[0], JSON.stringify(pipes));`;

Deno.test("wine gives a program pipes of Windows for those of Linux", async () => {
  await win(["--version"]);
  await using folder = await tempFolder();
  const seen = `${folder.path}/seen.json`;
  const { code, stderr } = await runProgram(PIPES, [seen]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(await Deno.readTextFile(seen)), [true, true, true]);
});

Deno.test("wine leaves streams that are no pipes as they are", async () => {
  await using folder = await tempFolder();
  const seen = `${folder.path}/seen.json`;
  const { code } = await new Deno.Command("sh", {
    args: ["-c", `exec "$@" </dev/null 2>/dev/null`, "sh"].concat(
      [Deno.execPath(), "run", "-A", "--no-prompt", MAIN, "wine"],
      [userCache().denoExe, "eval", PIPES, seen],
    ),
    stdout: "piped",
  }).output();
  assertEquals(code, 0);
  assertEquals(JSON.parse(await Deno.readTextFile(seen)), [false, true, false]);
});

Deno.test("wine copies bytes unchanged, up to the end of both", async () => {
  const bytes = new Uint8Array(3_000_000).map((_, at) => at * 7 + (at >> 8));
  const child = startProgram(
    `await Deno.stdin.readable.pipeTo(Deno.stdout.writable);
     console.error("behind the end"); Deno.exit(42);`,
  );
  const writer = child.stdin.getWriter();
  const [output] = await Promise.all([
    child.output(),
    writer.write(bytes).then(() => writer.close()),
  ]);
  assertEquals(output.code, 42);
  assertEquals(output.stdout, bytes);
  const stderr = new TextDecoder().decode(output.stderr);
  assertEquals(stderr.trim(), "behind the end");
});

Deno.test("wine ends with a program that leaves its stdin unread", async () => {
  const child = startProgram("Deno.exit(7)");
  // Not closed: whoever writes is still there.
  const [{ code }] = await Promise.all([
    child.status,
    restOf(child.stdout),
    restOf(child.stderr),
  ]);
  await child.stdin.close().catch(() => {});
  assertEquals(code, 7);
});

Deno.test("wine notifies a program that nobody reads its stdout", async () => {
  const child = startProgram(
    `try { while (true) await Deno.stdout.write(new Uint8Array(65536)); }
     catch (error) { console.error(error.name); Deno.exit(9); }`,
  );
  await child.stdin.close();
  await child.stdout.cancel();
  const [stderr, { code }] = await Promise.all([
    restOf(child.stderr),
    child.status,
  ]);
  assertEquals([stderr.trim(), code], ["BrokenPipe", 9]);
});

Deno.test("wine brings a Ctrl-C to a program with pipes, which decides", async () => {
  const child = startProgram(
    `Deno.addSignalListener("SIGINT", async () => {
       console.log("interrupted");
       // Until the threads of the Ctrl-C have ended: see signal_test.ts.
       for await (const _ of Deno.stdin.readable);
       Deno.exit(130);
     });
     console.log("ready");
     setInterval(() => {}, 1000);`,
  );
  await readUntil(child.stdout, "ready");
  child.kill("SIGINT");
  await readUntil(child.stdout, "interrupted");
  const [{ code }] = await Promise.all([
    child.status,
    child.stdout.cancel(),
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  assertEquals(code, 130);
});

for (
  const [signal, expected] of [["SIGTERM", 143], ["SIGKILL", 137]] as const
) {
  Deno.test(`${signal} leaves no program with pipes behind`, async () => {
    const mark = `winipc-mark-${crypto.randomUUID()}`;
    const child = startProgram(
      `console.log("ready"); setInterval(() => {}, 1000);`,
      [mark],
    );
    await readUntil(child.stdout, "ready");
    child.kill(signal);
    const [, { code }] = await Promise.all([
      restOf(child.stdout),
      child.status,
      child.stdin.close(),
      child.stderr.cancel(),
    ]);
    assertEquals(code, expected);
    await endOfProcessesWith(mark);
  });
}

Deno.test("wine says which program it cannot run", async () => {
  const { code, stderr } = await finish(startMain(["wine", "nothing.exe"]));
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot run "nothing.exe"');
});
