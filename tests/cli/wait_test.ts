/** `--wait`: the client is there before its server, which is in another process. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { GRAMMAR } from "../../lib/cli/command.ts";
import { GLOBAL_HELP } from "../../lib/cli/arguments/global_options.ts";
import { Interrupted } from "../../lib/cli/exit_code.ts";
import { freePort } from "../rpc/helpers.ts";
import { uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

withShell();

/** Runs `client` before `server` is there, and returns what it prints. */
async function early(client: string[], server: string[]): Promise<string> {
  const waiting = runHere([...client, "--wait"]);
  await using running = await begin(server);
  await running.ready();
  const { code, stdout, stderr } = await waiting;
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("pipe connect --wait waits for the server", async () => {
  const name = uniqueName();
  const client = ["pipe", "connect", name, "hello", "--count", "1"];
  const stdout = await early(client, ["pipe", "serve", name, "--echo"]);
  assertEquals(stdout, "hello\n");
});

Deno.test("pipe call --wait waits for the server", async () => {
  const name = uniqueName();
  const client = ["pipe", "call", name, "hello"];
  const stdout = await early(client, ["pipe", "serve", name, "--echo"]);
  assertEquals(stdout, "hello\n");
});

Deno.test("shm read --wait waits for the memory", async () => {
  const name = uniqueName();
  const client = ["shm", "read", name, "--length", "4", "--hex"];
  const stdout = await early(client, ["shm", "create", name, "Shine"]);
  // It may be read before its creator has written the text.
  assertEquals(["5368696e", "00000000"].includes(stdout.trim()), true, stdout);
});

Deno.test("socket connect --wait waits for the server", async () => {
  const port = freePort();
  const client = ["socket", "connect", `${port}`, "hello", "--count", "1"];
  const server = ["socket", "serve", `${port}`, "--echo"];
  assertEquals(await early(client, server), "hello\n");
});

Deno.test("dde request --wait waits for the server", async () => {
  const service = uniqueName();
  const client = ["dde", "request", service, "prices", "apple"];
  const server = ["dde", "serve", service, "prices", "apple=1.20"];
  assertEquals(await early(client, server), "1.20\n");
});

Deno.test("rpc call --wait waits for the server", async () => {
  const own = [
    `ncalrpc:[${uniqueName()}]`,
    "--interface",
    crypto.randomUUID(),
  ];
  const client = ["rpc", "call", ...own, "--proc", "0", "hello"];
  const stdout = await early(client, ["rpc", "serve", ...own, "--echo"]);
  assertEquals(stdout, "hello\n");
});

Deno.test("--wait ends with --timeout, and with Ctrl-C", async () => {
  const name = uniqueName();
  const uuid = crypto.randomUUID();
  const commands = [
    ["pipe", "connect", name, "hello"],
    ["pipe", "call", name, "hello"],
    ["shm", "read", name],
    // A call by ncalrpc cannot be cancelled: its thread would outlast the test.
    [
      ...["rpc", "call", `ncacn_np:[\\\\pipe\\\\${name}]`],
      ...["--interface", uuid, "--proc", "0"],
    ],
  ];
  for (const command of commands) {
    const input = "hello\n";
    const waiting = [...command, "--wait"];
    const late = await runHere([...waiting, "--timeout", "20"], { input });
    assertEquals([late.code, late.stdout], [5, ""], late.stderr);
    const interrupt = new AbortController();
    const { signal } = interrupt;
    const ended = runHere(waiting, { input, signal });
    interrupt.abort(new Interrupted("Interrupted"));
    assertEquals((await ended).code, 130);
  }
});

Deno.test("pipe call on a byte pipe says what to use", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--mode", "byte"]);
  await server.ready();
  const { code, stdout, stderr } = await runHere(["pipe", "call", name, "x"]);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `winipc: Cannot call "${name}": it is a byte pipe, which does not mark the end of an answer; use "winipc pipe connect ${name} MESSAGE --count 1" for an answer of one line\n`,
  );
});

Deno.test("the help says which commands default to UTF-16", () => {
  const groups = Object.entries(GRAMMAR).flatMap(([name, found]) =>
    Object.values("verbs" in found ? found.verbs : { found })
        .some(({ encoding }) => encoding === "utf-16le")
      ? [name]
      : []
  );
  const text = GLOBAL_HELP.replace(/\n +/g, " ");
  assertStringIncludes(text, `(utf-8; for ${groups.join(" and ")} utf-16le)`);
});
