import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createPipeClient, pipeFetch } from "../../lib/pipe_fetch/mod.ts";
import { helpOf } from "../../lib/cli/arguments/help.ts";
import { COMMANDS } from "../../lib/cli/command.ts";
import { jsonLines, uniqueName } from "./helpers.ts";
import { faultsOf } from "./json_faults.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

// One side of each command here, the other one in the shell's process.
withShell();

/** Commands whose events these tests have not seen; every one is crossed out. */
const unseen = new Set(
  Object.entries(COMMANDS).flatMap(([command, { events = {} }]) =>
    Object.keys(events).map((event) => `${command}: ${event}`)
  ),
);

/** Holds the lines of a command against the schema. */
function check(command: string, stdout: string): void {
  const lines = jsonLines(stdout);
  assert(lines.length > 0, `"${command}" prints nothing`);
  for (const line of lines) {
    const faults = faultsOf(command, line);
    assertEquals(faults, [], `"${command}" prints ${JSON.stringify(line)}`);
    unseen.delete(`${command}: ${line.event}`);
  }
}

/** Runs a command to its end here, with `--json`, and checks what it prints. */
async function here(
  command: string,
  args: string[],
  input = "",
): Promise<void> {
  const all = [...command.split(" "), "--json", ...args];
  const { code, stdout, stderr } = await runHere(all, { input });
  assertEquals(code, 0, `winipc ${all.join(" ")}: ${stderr}`);
  check(command, stdout);
}

/** Begins a command elsewhere, and tells what it says when it is ready. */
async function there(command: string, args: string[]) {
  const running = await begin([...command.split(" "), "--json", ...args]);
  const ready = await running.ready();
  const ended = async () => check(command, (await running.ended()).stdout);
  return {
    ready,
    /** Waits for its own end. */
    ended,
    /** Ends it once it has told of `event`. */
    async end(event: string) {
      await running.prints(`"event":"${event}"`);
      await running.interrupt();
      await ended();
    },
  };
}

Deno.test("help json lists the events of every command", async () => {
  const { code, stdout } = await runHere(["help", "json"]);
  assertEquals(code, 0);
  for (const command of Object.keys(COMMANDS)) {
    if (command === "completions") continue;
    assertStringIncludes(stdout, `\n  ${command}\n`);
  }
  assert(stdout.split("\n").every((line) => line.length <= 80));
});

Deno.test("the help's own JSON lines are as documented", () => {
  for (const [command, spec] of Object.entries(COMMANDS)) {
    // A line of a trace is the trace's own.
    const own = helpOf(command, spec)
      .replace(/\{"event":"call"[^]*?\}$/m, "");
    const shown: string[] = [];
    for (const [text] of own.matchAll(/^ *\{"event":[^]*?\}$/gm)) {
      const whole = text.replace(/\n */g, "")
        .replace(/"at":"\.\.\."/, '"at":"2026-01-31T12:00:00.123456Z"');
      // Events with the same fields share a line.
      const [, names = ""] = /"event":("\w+"(?:\|"\w+")*)/.exec(whole)!;
      for (const name of names.split("|")) {
        const line = JSON.parse(whole.replace(names, name));
        const faults = faultsOf(command, line);
        assertEquals(faults, [], `"${command} --help" shows ${whole}`);
        shown.push(line.event);
      }
    }
    assertEquals(shown, Object.keys(spec.events ?? {}), command);
  }
});

Deno.test("mailslot --json", async () => {
  const name = uniqueName();
  const reader = await there("mailslot read", [name]);
  await here("mailslot write", [name, "ü", ""]);
  await here("mailslot write", [name, "00ff", "--hex"]);
  await reader.end("message");
});

Deno.test("pipe --json", async () => {
  const name = uniqueName();
  const server = await there("pipe serve", [
    name,
    "--echo",
    "--mode",
    "message",
  ]);
  await here("pipe info", [name]);
  const once = ["--mode", "message", "--count", "1"];
  await here("pipe connect", [name, "ü", ...once]);
  await here("pipe call", [name, "00ff", "--hex"]);
  await server.end("left");
});

Deno.test("pipe serve --http --json", async () => {
  const name = uniqueName();
  const folder = await Deno.makeTempDir();
  const server = await there("pipe serve", [
    name,
    "--http",
    folder,
    "--count",
    "1",
  ]);
  // A kept connection would wait for a next request after the test.
  await using client = createPipeClient(name);
  const response = await pipeFetch("http://./", { pipe: client });
  assertStringIncludes(await response.text(), "<ul>");
  await server.ended();
  await Deno.remove(folder);
});

Deno.test("shm --json", async () => {
  const name = uniqueName();
  const holder = await there("shm create", [name, "Shine"]);
  await here("shm read", [name]);
  await here("shm write", [name, "w", "--offset", "1"]);
  await here("shm read", [name, "--hex", "--length", "2"]);
  await here("shm info", [name]);
  await holder.end("created");
});

Deno.test("map --json", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "Shine");
  await here("map edit", [file, "w", "--offset", "1"]);
  await here("map cat", [file]);
  await here("map cat", [file, "--hex"]);
  await Deno.remove(file);
});

Deno.test("message --json", async () => {
  const title = uniqueName();
  const listener = await there("message listen", ["--title", title]);
  await here("message send", ["--title", title, "hi", "--tag", "7"]);
  const tag = ["--tag", `${2n ** 63n}`];
  await here("message send", ["--title", title, "00ff", "--hex", ...tag]);
  await here("message windows", []);
  await listener.end("message");
});

Deno.test("clipboard --json", async () => {
  const watcher = await there("clipboard watch", []);
  await here("clipboard set", ["ü"]);
  await here("clipboard get", []);
  await here("clipboard formats", []);
  await here("clipboard clear", []);
  await watcher.end("change");
});

Deno.test("anon and socket --json", async () => {
  await here("anon run", ["cmd.exe", "/d", "/c", "echo hello"]);
  // It ends once it has told that its client has left.
  const server = await there("socket serve", ["--echo", "--once"]);
  const [, port] = /:(\d+)$/.exec(server.ready)!;
  await here("socket connect", [port!, "hello", "--count", "1"]);
  await server.ended();
});

Deno.test("dde --json", async () => {
  const service = uniqueName();
  const server = await there("dde serve", [service, "prices", "apple=1.20"]);
  const advice = await begin(
    ["dde", "advise", service, "prices", "apple", "--json", "--count", "1"],
  );
  await advice.ready();
  await here("dde request", [service, "prices", "apple"]);
  await here("dde poke", [service, "prices", "apple", "1.30"]);
  await here("dde execute", [service, "prices", "[Reload]"]);
  await here("dde list", []);
  const { code, stdout } = await advice.ended();
  assertEquals(code, 0);
  check("dde advise", stdout);
  await server.end("disconnected");
});

Deno.test("rpc --json", async () => {
  const own = [
    `ncalrpc:[${uniqueName()}]`,
    "--interface",
    crypto.randomUUID(),
  ];
  const server = await there("rpc serve", [...own, "--echo"]);
  await here("rpc call", [...own, "--proc", "3", "hello"]);
  await here("rpc call", [...own, "--proc", "0", "00ff", "--hex"]);
  await server.end("message");
});

Deno.test("doctor --json", async () => {
  // Elsewhere, because it opens libraries for good.
  await using doctor = await begin(["doctor", "--json"], "");
  const { code, stdout } = await doctor.ended();
  assertEquals(code, 0);
  check("doctor", stdout);
  const refused = { event: "check", mechanism: "pipe", ok: false };
  const more = { milliseconds: 1, flag: "x", error: "x", advice: "x" };
  const at = "2026-01-31T12:00:00.123456Z";
  assertEquals(faultsOf("doctor", { ...refused, ...more, at }), []);
});

Deno.test("every event of the schema has been seen", () => {
  // Seen by the tests of their own: these need what is not everywhere.
  const elsewhere = /^(pipe list|objects|relay|trace view|demo)\b/;
  assertEquals([...unseen].filter((each) => !elsewhere.test(each)), []);
});
