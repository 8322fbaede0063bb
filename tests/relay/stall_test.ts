/** A session ends when its sender has left and its reader takes nothing. */

import { assertRejects } from "@std/assert";
import { connectPipe, listenPipe, type PipeMode } from "../../mod.ts";
import { quotedArgument } from "../../lib/anonymous_pipe/command_line.ts";
import type { Channel } from "../../lib/relay/channel.ts";
import { pipeChannel } from "../../lib/relay/endpoints/connection.ts";
import { exec } from "../../lib/relay/endpoints/exec.ts";
import { wsListen } from "../../lib/relay/endpoints/ws_listen.ts";
import { parseOptions } from "../../lib/relay/options.ts";
import type { EndpointSpec } from "../../lib/relay/endpoint_spec.ts";
import { join } from "../../lib/relay/session.ts";
import { runArgs } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { webSocket } from "./helpers.ts";

const KIB = 1_024;
const MIB = 1_048_576;
const PIPE_BUFFER = 64 * KIB;
const STALL_MS = 200;
const { signal } = new AbortController();

/** One end of a session, and its partner in this process. */
interface Joined extends AsyncDisposable {
  readonly channel: Channel;
  /** Sends; more than the relay takes. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
  leave(): void | Promise<unknown>;
}

async function pipe(mode: PipeMode): Promise<Joined> {
  await using listener = listenPipe(uniqueName(), {
    mode,
    inputBuffer: PIPE_BUFFER,
    outputBuffer: PIPE_BUFFER,
  });
  const partner = await connectPipe(listener.name);
  return {
    channel: pipeChannel(await listener.accept(), 64 * MIB),
    write: (bytes) => partner.write(bytes),
    leave: () => partner[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => partner[Symbol.asyncDispose](),
  };
}

async function webSocketEnd(): Promise<Joined> {
  const listener = await wsListen(spec("ws-listen:0", "0"))();
  const partner = await webSocket(listener.ready);
  const channel = await listener.accept(signal);
  const left = new Promise((resolve) => partner.onclose = resolve);
  return {
    channel,
    write: (bytes) => Promise.resolve(partner.send(bytes)),
    leave: () => partner.close(),
    async [Symbol.asyncDispose]() {
      await left;
      await listener.close();
    },
  };
}

async function child(): Promise<Joined> {
  const script = new URL("./peers/child.ts", import.meta.url);
  const line = [Deno.execPath(), ...runArgs(script), "deaf"];
  const text = line.map(quotedArgument).join(" ");
  const open = exec(spec(`exec:${text}`, text));
  const channel = await open({ signal, wait: false });
  return {
    channel,
    write: () => Promise.resolve(),
    leave() {},
    async [Symbol.asyncDispose]() {},
  };
}

function spec(name: string, rest: string): EndpointSpec {
  return { name, rest, side: "from", asked: false, options: parseOptions({}) };
}

/** Joins them, until the sender has left after so much has been received. */
async function joined(
  sender: Joined,
  reader: Joined,
  { received, times, size }: Sent,
): Promise<void> {
  let passed = 0;
  const enough = Promise.withResolvers<void>();
  const running = join(
    { name: "sender", channel: sender.channel },
    { name: "reader", channel: reader.channel },
    {
      oneWay: false,
      linger: 60_000,
      stall: STALL_MS,
      signal,
      onChunk(_direction, { byteLength }) {
        passed += byteLength;
        if (passed >= received) enough.resolve();
      },
      onDelivered() {},
      onRefused() {},
    },
  );
  running.catch(() => {});
  const writing = (async () => {
    for (let i = 0; i < times; i++) await sender.write(new Uint8Array(size));
  })().catch(() => {});
  await enough.promise;
  await sender.leave();
  await writing;
  await running;
}

/** What the sender sends, and after how many bytes it leaves. */
interface Sent {
  readonly times: number;
  readonly size: number;
  readonly received: number;
}

/** More than a pipe keeps that nobody reads. */
const MANY: Sent = { times: 16, size: 64 * KIB, received: PIPE_BUFFER + 1 };
const CELLS: Readonly<
  Record<string, [() => Promise<Joined>, () => Promise<Joined>, Sent]>
> = {
  "a pipe to a pipe": [() => pipe("byte"), () => pipe("byte"), MANY],
  "messages of a pipe to another": [
    () => pipe("message"),
    () => pipe("message"),
    MANY,
  ],
  "a WebSocket to a pipe": [
    webSocketEnd,
    () => pipe("message"),
    MANY,
  ],
  "a pipe to a program": [() => pipe("byte"), child, MANY],
};

for (
  const [name, [connectSender, connectReader, sent]] of Object.entries(CELLS)
) {
  Deno.test(`relay() from ${name} ends when the sender has left and the reader takes nothing`, async () => {
    await using sender = await connectSender();
    await using reader = await connectReader();
    await assertRejects(
      () => joined(sender, reader, sent),
      Deno.errors.TimedOut,
      "reader: Nothing was taken for 200 ms after the other side had left",
    );
  });
}
