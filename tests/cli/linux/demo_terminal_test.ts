import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { runArgs } from "../../support/deno.ts";
import { readUntil, restOf } from "../../support/linux.ts";
import { Screen } from "./screen.ts";

const CLI = new URL("../../../cli.ts", import.meta.url);

/** Starts `winipc demo ARG…` on a terminal of its own. */
function onTerminal(args: string[], columns: number): Deno.ChildProcess {
  const prefix = `--prefix=t${Deno.pid.toString(36)}`;
  const words = [Deno.execPath(), ...runArgs(CLI, ["demo", prefix, ...args])];
  const command = words.map((word) => `'${word}'`).join(" ");
  return new Deno.Command("script", {
    args: [
      "-qec",
      `stty cols ${columns} rows 50; exec ${command}`,
      "/dev/null",
    ],
    env: { NO_COLOR: "", TERM: "xterm" },
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(120_000),
  }).spawn();
}

/** What it writes to its end, and its exit code. */
async function ending(child: Deno.ChildProcess) {
  const { stdout, status, stdin } = child;
  const [output, { code }] = await Promise.all([restOf(stdout), status]);
  // Not before: the end of its input goes to the terminal too, which echoes it
  // in the middle of what is drawn.
  await stdin.close().catch(() => {});
  return { output, code };
}

Deno.test("demo draws both sides on a terminal while they run", async () => {
  const columns = 80;
  const child = onTerminal(["mailslot", "pipe", "--rounds", "2"], columns);
  const { output, code } = await ending(child);
  assertEquals(code, 0);
  const screen = new Screen();
  screen.write(output);
  const { lines } = screen;
  // What is drawn anew leaves nothing behind: each scenario stands there once, in order.
  const heads = lines.filter((line) => /^(mailslot|pipe) {2}\S/.test(line));
  assertEquals(heads.map((line) => line.split(" ")[0]), ["mailslot", "pipe"]);
  assertEquals(lines.filter((line) => /^ {2}✓ \d+ ms$/.test(line)).length, 2);
  assertEquals(lines.filter((line) => line.startsWith("  …")), []);
  assert(lines.every((line) => line.length < columns));
  // A stands on the left and B on the right, below their names.
  const names = lines.find((line) => /^ +A {2}\d+ +B {2}\d+$/.test(line))!;
  const a = names.indexOf("A");
  const b = names.indexOf("B");
  const begins = (text: string) =>
    lines.find((line) => line.includes(text))!.indexOf(text);
  assertEquals(begins("creates "), a);
  assertEquals(begins("opens "), b);
  assertEquals(begins('writes "hello from B" 12 B'), b);
  assertEquals(begins('reads "hello from B" 12 B'), a);
  assertMatch(lines.join("\n"), /◀──writes "hello from B"/);
  assertMatch(lines.join("\n"), /writes "hello from A" .*──▶$/m);
  assertMatch(lines.join("\n"), /creates \S+Name 0x[0-9a-f]+$/m);
  assertMatch(
    lines.join("\n"),
    /\nmailslot +yes +27 +\d+\.\d\d ms +--allow-ffi/,
  );
  // It was drawn as it came, in colours.
  assertGreater(screen.redraws, 10);
  for (const color of ["36", "33", "32"]) assert(screen.colors.has(color));
});

Deno.test("demo on a terminal ends by Ctrl-C, with its children", async () => {
  const child = onTerminal(["shm", "--rounds", "0"], 81);
  await readUntil(child.stdout, "creates");
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array([3]));
  const [, { code }] = await Promise.all([restOf(child.stdout), child.status]);
  await writer.close().catch(() => {});
  assertEquals(code, 130);
  // The memory of A is free again: nobody holds it.
  const again = onTerminal(["shm", "--rounds", "0"], 81);
  assertEquals((await ending(again)).code, 0);
});
