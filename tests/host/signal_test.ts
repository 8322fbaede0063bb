import { assertEquals, assertStringIncludes } from "@std/assert";
import { MAIN, readUntil, restOf, startWin, tempFolder } from "./helpers.ts";

const LISTENER = `Deno.addSignalListener("SIGINT", () => {
  console.log("interrupted");
  Deno.exit(130);
});
setInterval(() => {}, 1000);
console.log("ready");`;

async function interrupted(signal: Deno.Signal): Promise<[string, number]> {
  const child = startWin(["eval", LISTENER]);
  await readUntil(child.stdout, "ready");
  child.kill(signal);
  const [text, { code }] = await Promise.all([
    restOf(child.stdout),
    child.status,
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  return [text.trim(), code];
}

Deno.test("SIGINT reaches the Windows program", async () => {
  assertEquals(await interrupted("SIGINT"), ["interrupted", 130]);
});

Deno.test("SIGTERM ends the Windows program", async () => {
  assertEquals(await interrupted("SIGTERM"), ["", 143]);
});

Deno.test("SIGKILL leaves no Windows program behind", async () => {
  const mark = `winipc-mark-${Deno.pid}`;
  const child = startWin(["eval", LISTENER, mark]);
  await readUntil(child.stdout, "ready");
  const before = await processesWith(mark);
  child.kill("SIGKILL");
  // The pipe ends when the last process that holds it has ended.
  await Promise.all([
    restOf(child.stdout),
    child.status,
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  assertEquals(before > 1, true);
  assertEquals(await processesWith(mark), 0);
});

Deno.test("Ctrl-C on a terminal reaches the Windows program", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/listen.ts`, LISTENER);
  const child = new Deno.Command("script", {
    args: [
      "-qec",
      `exec "${Deno.execPath()}" run -A "${MAIN}" win run "${folder.path}/listen.ts"`,
      "/dev/null",
    ],
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  await readUntil(child.stdout, "ready");
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array([3]));
  const [text, { code }] = await Promise.all([
    restOf(child.stdout),
    child.status,
  ]);
  await writer.close().catch(() => {});
  assertStringIncludes(text, "interrupted");
  assertEquals(code, 130);
});

async function processesWith(mark: string): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`)
      .catch(() => "");
    if (line.includes(mark)) count++;
  }
  return count;
}
