import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Environment } from "../../lib/cli/environment.ts";
import { exitCodeOf, Interrupted } from "../../lib/cli/exit_code.ts";
import { execute } from "../../lib/cli/main.ts";
import config from "../../deno.json" with { type: "json" };
import "../support/native.ts";
import { start, uniqueName, winipc } from "./helpers.ts";

/** An environment that is read and interrupted from here. */
function fakeEnvironment() {
  const interrupt = new AbortController();
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const talk: string[] = [];
  // Somebody who types nothing.
  const stdin = new ReadableStream<Uint8Array>();
  const env: Environment = {
    stdin,
    childStdin: stdin,
    interactive: false,
    terminal: false,
    out: () => Promise.resolve(),
    log(line) {
      talk.push(line);
      if (line.startsWith("ready: ")) resolve();
    },
    signal: interrupt.signal,
  };
  const press = () => interrupt.abort(new Interrupted("Interrupted"));
  return { env, ready, talk, press };
}

Deno.test("winipc without arguments shows its help as an error", async () => {
  const { code, stdout, stderr } = await winipc([]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "winipc mailslot read");
});

Deno.test("winipc --help and --version go to stdout", async () => {
  const help = await winipc(["pipe", "serve", "--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "--allow-remote");
  const version = await winipc(["--version"]);
  assertEquals(version.stdout, `winipc ${config.version}\n`);
});

Deno.test("winipc reports a wrong word in one line", async () => {
  const { code, stdout, stderr } = await winipc(["mailslot", "reed"]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    'winipc: Unknown command "mailslot reed". Did you mean "read"?\n',
  );
});

Deno.test("winipc reports a bad name as wrong usage", async () => {
  const args = ["pipe", "connect", "\\\\.\\mailslot\\x"];
  const { code, stderr } = await winipc(args);
  assertEquals(code, 2);
  assertMatch(stderr, /^winipc: Invalid pipe name .+\n$/);
});

Deno.test("winipc reports what permission is missing", async () => {
  const flags = ["--allow-read"];
  for (const args of [["mailslot", "read"], ["pipe", "serve", "x"]]) {
    const { code, stdout, stderr } = await winipc(args, { flags });
    assertEquals([code, stdout], [4, ""]);
    assertMatch(stderr, /^winipc: Cannot use .+--allow-ffi=.+kernel32.+\n$/);
  }
});

Deno.test("winipc adds the stack with WINIPC_VERBOSE", async () => {
  const args = ["pipe", "connect", uniqueName()];
  const env = { WINIPC_VERBOSE: "1" };
  const { code, stderr } = await winipc(args, { env });
  assertEquals(code, 3);
  assertMatch(stderr, /^winipc: .+\n[^]*\n +at [^]*Caused by Win32Error/);
});

Deno.test("winipc ends quietly when nobody reads its stdout", async () => {
  const name = uniqueName();
  await using reader = start(["mailslot", "read", name]);
  await reader.ready();
  await winipc(["mailslot", "write", name, "one"]);
  await reader.prints("one\n");
  await reader.closeStdout();
  let over = false;
  const ending = reader.ended().finally(() => over = true);
  // Until the system has closed it, the reader writes on.
  while (!over) await winipc(["mailslot", "write", name, "more"]);
  const { code, stderr } = await ending;
  assertEquals(code, 0);
  assertEquals(stderr, `ready: \\\\.\\mailslot\\${name}\n`);
});

Deno.test("winipc --quiet says nothing but ready", async () => {
  const name = uniqueName();
  const serve = ["pipe", "serve", name, "--echo", "--once", "--quiet"];
  await using server = start(serve);
  await server.ready();
  await winipc(["pipe", "connect", name, "x"]);
  const { stderr } = await server.ended();
  assertEquals(stderr, `ready: \\\\.\\pipe\\${name}\n`);
});

// No console is shared with a child whose streams are pipes, so that no test
// can send it a Ctrl-C: what it sets off is tested from its signal on.
for (
  const args of [
    ["mailslot", "read"],
    ["pipe", "serve"],
    ["pipe", "serve", "--once"],
    ["shm", "create", "text"],
  ]
) {
  Deno.test(`winipc ${args.join(" ")} is interrupted by its signal`, async () => {
    const [mechanism, verb, ...options] = args as [string, string];
    const name = uniqueName();
    const { env, ready, talk, press } = fakeEnvironment();
    const running = execute([mechanism, verb, name, ...options], env);
    await ready;
    press();
    assertEquals(await running, 130);
    assertEquals(talk.length, 1);
    // What was open is closed: its name is free.
    const again = fakeEnvironment();
    const second = execute([mechanism, verb, name, ...options], again.env);
    await again.ready;
    again.press();
    assertEquals(await second, 130);
  });
}

Deno.test("winipc pipe connect is interrupted while it waits for input", async () => {
  const name = uniqueName();
  const server = fakeEnvironment();
  const serving = execute(["pipe", "serve", name], server.env);
  await server.ready;
  const client = fakeEnvironment();
  const connecting = execute(["pipe", "connect", name], client.env);
  await Promise.resolve();
  client.press();
  assertEquals(await connecting, 130);
  server.press();
  assertEquals(await serving, 130);
});

Deno.test("winipc mailslot write is interrupted while it waits for a reader", async () => {
  const { env, press } = fakeEnvironment();
  const running = execute(["mailslot", "write", uniqueName(), "x"], env);
  press();
  assertEquals(await running, 130);
});

Deno.test("exitCodeOf() knows every way to end", () => {
  const { errors } = Deno;
  assertEquals(exitCodeOf(new errors.NotFound("x")), 3);
  assertEquals(exitCodeOf(new errors.PermissionDenied("x")), 4);
  assertEquals(exitCodeOf(new errors.NotCapable("x")), 4);
  assertEquals(exitCodeOf(new errors.TimedOut("x")), 5);
  assertEquals(exitCodeOf(new DOMException("x", "TimeoutError")), 5);
  assertEquals(exitCodeOf(new Interrupted("x")), 130);
  assertEquals(exitCodeOf(new TypeError("Invalid name: x")), 2);
  assertEquals(exitCodeOf(new TypeError("x is undefined")), 1);
  assertEquals(exitCodeOf(new errors.AddrInUse("x")), 1);
  assertEquals(exitCodeOf("x"), 1);
});
