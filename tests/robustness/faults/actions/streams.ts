/** What goes wrong at the other side of pipes, mailslots and sockets. */

import { encodeFrame } from "../../../../lib/framing/mod.ts";
import {
  createMailslot,
  type Mailslot,
  openMailslot,
} from "../../../../lib/mailslot/mod.ts";
import {
  connectPipe,
  listenPipe,
  type PipeConnection,
  type PipeListener,
} from "../../../../lib/named_pipe/mod.ts";
import {
  listenSocket,
  type SocketConnection,
  type SocketListener,
} from "../../../../lib/socket/mod.ts";
import { bytes, pattern } from "../../../support/names.ts";
import { type Action, keep, kept, LOOPS } from "./held.ts";

/** By their names. */
export const STREAMS: Readonly<Record<string, Action>> = {
  async "pipe connect"(name) {
    keep(name, await connectPipe(name));
  },
  "pipe write": (name) => client(name).write(bytes("whole")),
  "pipe write much": (name) => client(name).write(pattern(100_000)),
  "pipe write garbage": (name) => client(name).write(pattern(5000, 77)),
  "pipe write half": (name) => client(name).write(bytes("4\nab")),
  "pipe write frame": (name) =>
    client(name).write(encodeFrame(bytes("whole"), "u32be")),
  "pipe write half a frame": (name) =>
    client(name).write(encodeFrame(bytes("whole"), "u32be").subarray(0, 6)),
  "pipe write the other half": (name) =>
    client(name).write(encodeFrame(bytes("whole"), "u32be").subarray(6)),
  "pipe write a frame without end": (name) =>
    client(name).write(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 2, 3)),
  "pipe write request": (name) =>
    client(name).write(bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
  "pipe write half a request": (name) =>
    client(name).write(
      bytes("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"),
    ),
  "pipe read": (name) => client(name).read(new Uint8Array(1 << 20)),
  "pipe close": (name) => client(name).close(),
  async "pipe loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using client = await connectPipe(name);
      if (i % 2 === 0) await client.write(bytes("gone"));
    }
  },
  "pipe listen": (name) =>
    void keep(
      name,
      listenPipe(name, { mode: "message", inputBuffer: 64 }),
    ),
  async "pipe accept"(name) {
    const listener = kept<PipeListener>(name);
    keep(`${name}.server`, await listener.accept());
  },
  "pipe answer": (name) =>
    kept<PipeConnection>(`${name}.server`).write(bytes("late")),

  "mailslot create": (name) => void keep(name, createMailslot(name)),
  "mailslot close": (name) => kept<Mailslot>(name).close(),
  async "mailslot send"(name) {
    using sender = await openMailslot(name);
    await sender.send(bytes("whole"));
  },
  async "mailslot send much"(name) {
    using sender = await openMailslot(name);
    for (let i = 0; i < 500; i++) await sender.send(pattern(1000, i));
  },
  async "mailslot loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using sender = await openMailslot(name);
      if (i % 10 === 0) await sender.send(bytes("whole"));
    }
  },

  async "socket listen"(name) {
    const listener = keep(name, await listenSocket());
    return listener.local.port;
  },
  async "socket accept"(name) {
    const listener = kept<SocketListener>(name);
    keep(`${name}.server`, await listener.accept());
  },
  "socket write": (name) => server(name).write(bytes("half")),
};

function server(name: string): SocketConnection {
  return kept(`${name}.server`);
}

function client(name: string): PipeConnection {
  return kept(name);
}
