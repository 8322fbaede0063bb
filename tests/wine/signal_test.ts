import { assertEquals } from "@std/assert";
import {
  endOfProcessesWith,
  MAIN,
  processesWith,
  readUntil,
  restOf,
  startWin,
  tempFolder,
} from "../support/linux.ts";

/**
 * Says that it was interrupted, and ends when the connection to `port` does: the
 * thread on which Wine brings a Ctrl-C has ended by then.
 *
 * Wine counts a thread twice that returns while another one ends the process
 * (`exit_thread` and `abort_thread` in dlls/ntdll/unix/thread.c), takes it for the
 * last one, and ends with 0. Its parent on Windows gets the right code, its parent
 * on Linux may not: 15 of 80 programs under load that ended by an uncaught error
 * after eight asynchronous calls, none of 80 by `Deno.exit(1)`. Deno tells the idle
 * threads of its pool to return, and does not wait for them, before it ends a
 * program that has come to its end or to an uncaught error (`shutdown_background`
 * in runtime/tokio_util.rs), but not in `Deno.exit()`. So programs whose exit code
 * a test reads through Linux end by `Deno.exit()`.
 */
function interruptible(port: number): string {
  return `const connection = await Deno.connect({ port: ${port} });
Deno.addSignalListener("SIGINT", async () => {
  console.log("interrupted");
  await connection.read(new Uint8Array(1));
  Deno.exit(130);
});
console.log("ready");
setInterval(() => {}, 1000);`;
}

const LISTENER = `Deno.addSignalListener("SIGINT", () => {});
console.log("ready");
setInterval(() => {}, 1000);`;

Deno.test("SIGINT reaches the Windows program", async () => {
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const child = startWin(["eval", interruptible(server.addr.port)]);
  using connection = await server.accept();
  await readUntil(child.stdout, "ready");
  child.kill("SIGINT");
  await readUntil(child.stdout, "interrupted");
  await connection.closeWrite();
  const [{ code }] = await Promise.all([
    child.status,
    child.stdin.close(),
    child.stdout.cancel(),
    child.stderr.cancel(),
  ]);
  assertEquals(code, 130);
});

Deno.test("SIGTERM ends the Windows program", async () => {
  const child = startWin(["eval", LISTENER]);
  await readUntil(child.stdout, "ready");
  child.kill("SIGTERM");
  const [text, { code }] = await Promise.all([
    restOf(child.stdout),
    child.status,
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  assertEquals([text.trim(), code], ["", 143]);
});

Deno.test("SIGKILL leaves no Windows program behind", async () => {
  const mark = `winipc-mark-${Deno.pid}`;
  const child = startWin(["eval", LISTENER, mark]);
  await readUntil(child.stdout, "ready");
  const before = await processesWith(mark);
  child.kill("SIGKILL");
  await Promise.all([
    restOf(child.stdout),
    child.status,
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  assertEquals(before > 1, true);
  await endOfProcessesWith(mark);
});

Deno.test("Ctrl-C on a terminal reaches the Windows program", async () => {
  await using folder = await tempFolder();
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const script = interruptible(server.addr.port);
  await Deno.writeTextFile(`${folder.path}/listen.ts`, script);
  const child = new Deno.Command("script", {
    args: [
      "-qec",
      `exec "${Deno.execPath()}" run -A "${MAIN}" win run --allow-net "${folder.path}/listen.ts"`,
      "/dev/null",
    ],
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  using connection = await server.accept();
  await readUntil(child.stdout, "ready");
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array([3]));
  await readUntil(child.stdout, "interrupted");
  await connection.closeWrite();
  const [{ code }] = await Promise.all([child.status, restOf(child.stdout)]);
  await writer.close().catch(() => {});
  assertEquals(code, 130);
});
