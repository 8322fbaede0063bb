import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Interrupted } from "../../lib/cli/exit_code.ts";
import {
  createEvent,
  openProcess,
  type ProcessObject,
  trace,
  waitFor,
} from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import { example, jsonLines, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";

const TEXT = "ünï 中文 😀";
const DENO = Deno.execPath();
/** A program that starts another, which holds its stdout until the event `name` is set. */
const parentOf = (name: string) => {
  const url = new URL("./peers/parent.ts", import.meta.url);
  return [DENO, ...runArgs(url, [name])];
};
const ECHO = "await Deno.stdin.readable.pipeTo(Deno.stdout.writable)";

Deno.test("anon run hands stdin to the child and its stdout to ours", async () => {
  const input = `one\n${TEXT}\n`;
  const args = ["anon", "run", DENO, "eval", ECHO];
  const { code, stdout, stderr } = await winipc(args, { input });
  assertEquals([code, stdout, stderr], [0, input, ""]);
});

Deno.test("anon run moves bytes unchanged", async () => {
  const input = crypto.getRandomValues(new Uint8Array(60_000));
  const args = ["anon", "run", DENO, "eval", ECHO];
  const { code, bytes } = await runHere(args, { input });
  assertEquals([code, bytes.toHex() === input.toHex()], [0, true]);
});

Deno.test("anon run leaves the options behind the command to the child", async () => {
  const child = ["cmd.exe", "/c", "echo", "--json", "--", "--count", "1"];
  const { code, stdout } = await runHere(["anon", "run", "--quiet", ...child]);
  assertEquals([code, stdout], [0, "--json -- --count 1\r\n"]);
});

Deno.test("anon run --new-console and --windows-hide start the child with their flags", async () => {
  const started: unknown[] = [];
  using _trace = trace({
    sink({ name, args }) {
      if (name === "CreateProcessW") started.push(args?.dwCreationFlags);
    },
  });
  for (const option of ["--new-console", "--windows-hide"]) {
    const child = ["cmd.exe", "/c", "echo hello"];
    const { code, stdout } = await runHere(["anon", "run", option, ...child]);
    assertEquals([code, stdout], [0, "hello\r\n"]);
  }
  // With stderr inherited, a hidden child keeps the console of winipc, if any.
  const usual = 0x8_0404;
  assertEquals(started, [usual | 0x10, usual]);
  const both = ["anon", "run", "--new-console", "--windows-hide", "cmd.exe"];
  const { code, stderr } = await runHere(both);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--new-console and --windows-hide");
});

Deno.test("anon run ends with the child's exit code", async () => {
  const args = ["anon", "run", "cmd.exe", "/c", "exit", "42"];
  const { code, stderr } = await runHere(args);
  assertEquals([code, stderr], [42, ""]);
});

Deno.test("anon run distinguishes its own 5 from a child's, and from a crash", async () => {
  const exit = (code: string) => ["anon", "run", "cmd.exe", "/c", "exit", code];
  const five = await runHere(exit("5"));
  assertEquals([five.code, five.stderr], [5, ""]);
  const crash = await runHere(exit("-1073741819"));
  assertEquals(crash.code & 0xff, 5);
  assertStringIncludes(crash.stderr, "0xC0000005");
  const args = ["anon", "run", "--timeout", "100", DENO, "eval", ECHO];
  const late = await runHere(args, { input: null });
  assertEquals(late.code, 5);
  assertEquals(
    late.stderr,
    "winipc: Timed out: nothing happened for 100 ms\n",
  );
});

Deno.test("anon run --json reports the child and its lines", async () => {
  const args = ["anon", "run", "--json", "cmd.exe", "/c", "echo hello"];
  const { code, stdout } = await runHere(args);
  const [started, message, exited] = jsonLines(stdout);
  assertEquals(code, 0);
  assertEquals([started.event, typeof started.pid], ["started", "number"]);
  assertEquals([message.event, message.text], ["message", "hello"]);
  assertEquals([exited.event, exited.code, exited.pid], [
    "exited",
    0,
    started.pid,
  ]);
});

Deno.test("anon run reports the child's end while another process holds its stdout, and passes that on", async () => {
  const name = uniqueName();
  await using event = createEvent(name);
  const seen: string[] = [];
  const args = ["anon", "run", "--json", ...parentOf(name)];
  const { code, stderr } = await runHere(args, {
    onOut(text) {
      for (const { event: what, code, text: said } of jsonLines(text)) {
        seen.push(said ?? code ?? what);
        if (what === "exited") event.set();
      }
    },
  });
  assertEquals([code, stderr], [7, ""]);
  assertEquals(seen, ["started", "early", "half", 7, "late"]);
});

Deno.test("anon run --timeout ends with the child's exit code where another process holds its stdout", async () => {
  const name = uniqueName();
  await using _event = createEvent(name);
  using clock = stoppedAt(3000);
  const args = ["anon", "run", "--json", "--timeout", "3000"];
  const { code, stderr } = await runHere([...args, ...parentOf(name)], {
    onOut(text) {
      const [{ event }] = jsonLines(text).slice(-1);
      // Once the read that finds the pipe empty has begun.
      if (event === "exited") setTimeout(() => clock.pass());
    },
  });
  assertEquals(code, 7);
  assertStringIncludes(stderr, "A process of the child was silent");
});

/** Stops the timers of `delay` ms: the latest one fires by `pass()`. */
function stoppedAt(delay: number): Disposable & { pass(): void } {
  const { setTimeout: real } = globalThis;
  let latest = () => {};
  globalThis.setTimeout = ((fn: () => void, ms?: number) => {
    if (ms !== delay) return real(fn, ms);
    latest = fn;
    return 0;
  }) as typeof setTimeout;
  return {
    pass: () => latest(),
    [Symbol.dispose]: () => void (globalThis.setTimeout = real),
  };
}

Deno.test("anon run --count ends the child after so many lines", async () => {
  const script = "for (let i = 0;; i++) console.log(i)";
  const args = ["anon", "run", "--count", "2", DENO, "eval", script];
  const { code, stdout } = await runHere(args);
  assertEquals([code, stdout], [0, "0\n1\n"]);
});

Deno.test("anon run --timeout ends a child that says nothing", async () => {
  const args = ["anon", "run", "--timeout", "500", DENO, "eval", ECHO];
  const { code, stderr } = await runHere(args, { input: null });
  assertEquals(code, 5);
  assertStringIncludes(stderr, "winipc: Timed out");
});

Deno.test("anon run ends the child when it is interrupted", async () => {
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const script = "console.log('up'); setTimeout(() => {}, 60_000)";
  const args = ["anon", "run", "--json", DENO, "eval", script];
  let child: ProcessObject | undefined;
  const { code } = await runHere(args, {
    input: null,
    signal,
    onOut(text) {
      const [{ event, pid }] = jsonLines(text);
      if (event === "started") child = openProcess(pid);
      else interrupt.abort(new Interrupted("Interrupted"));
    },
  });
  assertEquals(code, 130);
  await waitFor(child!, { timeout: 20_000 });
  child!.close();
});

Deno.test("anon run goes on where the child reads no more", async () => {
  const args = ["anon", "run", "cmd.exe", "/c", "echo done"];
  const input = "x".repeat(1_000_000);
  const { code, stdout } = await runHere(args, { input });
  assertEquals([code, stdout], [0, "done\r\n"]);
});

Deno.test("anon run reports what does not start", async () => {
  const missing = await runHere(["anon", "run", "winipc-no-such-program"]);
  assertEquals(missing.code, 3);
  assertMatch(
    missing.stderr,
    /^winipc: Cannot start "winipc-no-such-program": /,
  );
  assertEquals((await runHere(["anon", "run", "x.bat"])).code, 2);
  assertEquals((await runHere(["anon", "run"])).code, 2);
});

Deno.test("demo anon: A starts B, which prints what A is fed", async () => {
  const input = `one\n${TEXT}\n`;
  const { code, stdout } = await winipc(["demo", "anon", "a"], { input });
  assertEquals([code, stdout], [0, input]);
});

Deno.test("demo anon --json reports both processes", async () => {
  const { code, stdout } = await winipc(["demo", "anon", "--json"]);
  assertEquals(code, 0, stdout);
  const events = jsonLines(stdout);
  const pids = new Set(events.slice(0, -1).map(({ pid }) => pid));
  assertEquals(pids.size, 2);
  assertEquals([events.at(-1).event, events.at(-1).ok], ["result", true]);
});

Deno.test("demo anon b is started by a only", async () => {
  const { code, stderr } = await winipc(["demo", "anon", "b"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot run "demo anon b" alone');
});

Deno.test("the examples of anonymous pipes talk", async () => {
  await using a = example("anonymous_pipe/a.ts", []);
  await a.type(`one\n${TEXT}\n`);
  await a.endInput();
  const { code, stdout } = await a.ended();
  assertEquals([code, stdout], [0, `one\n${TEXT}\n`]);
});
