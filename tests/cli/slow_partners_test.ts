/**
 * A bad partner of a server of the command line holds up nobody else.
 *
 * Clients that do not read what a server of pipes or sockets types are in
 * pipe_clients_test.ts. `message listen` has no partner that stays: each message
 * is a call, which is answered at once.
 */

import { assertEquals } from "@std/assert";
import {
  connectDde,
  connectPipe,
  connectSocket,
  openMailslot,
} from "../../mod.ts";
import { uniqueBindings, uniqueUuid } from "../rpc/helpers.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { jsonLines, uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

// The servers run in the shell's process, and their partners in this one.
withShell();

/** More than a pipe keeps of what nobody reads. */
const MUCH = new TextEncoder().encode(`${"x".repeat(1023)}\n`.repeat(1024));
const QUESTION = "question";

interface Server {
  /** Its command. */
  readonly command: string[];
  /** How a bad partner reaches the one that says that it is `ready`. */
  connect(ready: string): Promise<AsyncDisposable>;
  /** A partner that is sent something, and takes nothing of it. */
  neverReads?(ready: string): Promise<AsyncDisposable>;
  /** What a good partner prints. */
  good(ready: string): Promise<string>;
  /** What the good one prints, where it is answered. @default {"question\n"} */
  readonly answer?: string;
}

const pipe = (mode: string): Server => ({
  command: ["pipe", "serve", uniqueName(), "--echo", "--mode", mode],
  connect: (ready) => connectPipe(ready),
  async neverReads(ready) {
    return echoedInVain(await connectPipe(ready));
  },
  good: (ready) =>
    printed(["pipe", "connect", ready, QUESTION, "--count", "1"]),
});

const dde = (): Server => {
  const address = [uniqueName(), "topic"] as const;
  return {
    command: ["dde", "serve", ...address, "item=1"],
    connect: () => connectDde(...address),
    async neverReads() {
      const script = new URL("../dde/peers/slow_client.ts", import.meta.url);
      const peer = startScript(script, [...address, "item"]);
      await peer.says("watching");
      // The first change is on its way to it while the next are made.
      await printed(["dde", "poke", ...address, "item", "first"]);
      return peer;
    },
    async good() {
      const ready = Promise.withResolvers<void>();
      const advise = ["dde", "advise", ...address, "item", "--count", "1"];
      const watching = runHere(advise, { onLog: () => ready.resolve() });
      await ready.promise;
      await printed(["dde", "poke", ...address, "item", QUESTION]);
      return (await watching).stdout;
    },
  };
};

const rpc = (
  binding: string,
  connect: (ready: string) => Promise<AsyncDisposable>,
): Server => {
  const options = ["--interface", uniqueUuid()];
  return {
    command: ["rpc", "serve", binding, ...options, "--echo"],
    connect,
    good: (ready) =>
      printed(["rpc", "call", ready, ...options, "--proc", "1", QUESTION]),
  };
};

const [, byPipe, byTcp] = uniqueBindings();
/** The endpoint of a binding. */
const endpointOf = (binding: string) => /\[(.*)\]/.exec(binding)![1]!;

const SERVERS: Readonly<Record<string, () => Server>> = {
  "pipe serve --mode message": () => pipe("message"),
  "pipe serve --mode byte": () => pipe("byte"),
  "socket serve": () => ({
    command: ["socket", "serve", "0", "--echo"],
    connect: (ready) => connectSocket(ready),
    good: (ready) => printed(["socket", "connect", ready, QUESTION]),
  }),
  "mailslot read": () => ({
    command: ["mailslot", "read", uniqueName()],
    connect: (ready) => openMailslot(ready),
    good: (ready) => printed(["mailslot", "write", ready, QUESTION]),
    answer: "",
  }),
  "dde serve": dde,
  "rpc serve ncacn_np": () =>
    rpc(
      byPipe,
      (ready) =>
        connectPipe(endpointOf(ready).replaceAll("\\\\", "\\").slice(6)),
    ),
  "rpc serve ncacn_ip_tcp": () =>
    rpc(byTcp, (ready) => connectSocket(Number(endpointOf(ready)))),
};

for (const [name, server] of Object.entries(SERVERS)) {
  Deno.test(`${name} serves others beside partners that leave, that say nothing, and that read nothing`, async () => {
    const { command, connect, neverReads, good, answer } = server();
    await using stack = new AsyncDisposableStack();
    const running = stack.use(await begin([...command, "--json"]));
    const ready = await running.ready();
    const gone = await connect(ready);
    await gone[Symbol.asyncDispose]();
    stack.use(await connect(ready));
    if (neverReads !== undefined) stack.use(await neverReads(ready));
    assertEquals(await good(ready), answer ?? `${QUESTION}\n`);
    await running.prints(`"text":"${QUESTION}"`);
    await running.interrupt();
    const { code, stdout, stderr } = await running.ended();
    const texts = jsonLines(stdout).map(({ text }) => text);
    assertEquals([code, texts.includes(QUESTION)], [130, true], stderr);
  });
}

for (
  const name of [
    "pipe serve --mode message",
    "pipe serve --mode byte",
    "socket serve",
  ]
) {
  Deno.test(`${name} --once serves a client beside those that say nothing`, async () => {
    const { command, connect, good } = SERVERS[name]!();
    await using stack = new AsyncDisposableStack();
    const running = stack.use(await begin([...command, "--once", "--json"]));
    const ready = await running.ready();
    stack.use(await connect(ready));
    const gone = await connect(ready);
    await gone[Symbol.asyncDispose]();
    stack.use(await connect(ready));
    assertEquals(await good(ready), `${QUESTION}\n`);
    const { code, stdout, stderr } = await running.ended();
    const texts = jsonLines(stdout).flatMap(({ text }) => text ?? []);
    assertEquals([code, texts], [0, [QUESTION]], stderr);
  });
}

/** What a command prints that ends well. */
async function printed(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(args);
  assertEquals(code, 0, stderr);
  return stdout;
}

/** A client that says much to an echo, and takes none of it back. */
function echoedInVain(
  connection: Awaited<ReturnType<typeof connectPipe>>,
): AsyncDisposable {
  const writing = connection.write(MUCH).catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await writing;
    },
  };
}
