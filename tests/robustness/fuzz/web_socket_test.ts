/** What WebSockets of servers on pipes get from clients: right frames and wrong ones. */

import { assert, assertEquals } from "@std/assert";
import { servePipe } from "../../../mod.ts";
import {
  BINARY,
  CLOSE,
  frame,
  PING,
  PONG,
  RawWebSocket,
  TEXT,
  whole,
} from "../../pipe_serve/raw_web_socket.ts";
import { bytes, text, uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random, SEED } from "./random.ts";

const SEQUENCES = CASES["WebSocket frames"];
const MAX_MESSAGE = 1000;
/**
 * Completes whatever has begun: a payload is no longer than a message may be,
 * and a frame behind it would have no mask.
 */
const FLUSH = new Uint8Array(MAX_MESSAGE + 20);
/** The codes of a server for what a client does wrong. */
const REFUSALS = [1002, 1007, 1009];
const GOODBYE = 3999;

Deno.test(`WebSockets on a pipe: ${SEQUENCES} sequences of frames are answered, or end`, async () => {
  logSeed(`${SEQUENCES} sequences of frames`);
  const random = new Random("frames");
  const ends: Promise<number>[] = [];
  await using server = servePipe({ pipe: uniqueName() }, (_request, info) => {
    const { socket, response } = info.upgradeWebSocket({
      maxMessageSize: MAX_MESSAGE,
      // A slow machine is no silent client.
      idleTimeout: 0,
    });
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => socket.send(data);
    ends.push(
      new Promise((resolve) => socket.onclose = ({ code }) => resolve(code)),
    );
    return response;
  });
  let tried = 0;
  for (; tried < SEQUENCES; tried++) {
    const right = tried % 8 === 0;
    const { sent, echoed } = sequence(random);
    const hostile = right ? sent : random.mutated(sent);
    try {
      const got = await answers(server.name, random.pieces(hostile));
      const end = await ends[tried]!;
      if (right) {
        assertEquals(got, { messages: echoed, code: GOODBYE });
        assertEquals(end, GOODBYE);
      } else if (end !== got.code) {
        assertEquals([REFUSALS.includes(got.code), end], [true, 1006]);
      }
    } catch (cause) {
      throw new Error(`Sequence ${tried} of seed ${SEED}`, { cause });
    }
  }
  reportCases("WebSocket frames", tried);
  const codes = await Promise.all(ends);
  assert(codes.includes(1006) && codes.includes(GOODBYE), `${codes}`);
});

/** Messages, pings and a close frame that are right, and the server's echoes. */
function sequence(
  random: Random,
): { sent: Uint8Array<ArrayBuffer>; echoed: string[] } {
  const frames: Uint8Array[] = [];
  const echoed: string[] = [];
  for (let i = 1 + random.below(4); i > 0; i--) {
    const size = random.pick([0, 1, 125, 126, 127, random.below(400)]);
    const content = "x".repeat(size);
    const opcode = random.pick([TEXT, BINARY]);
    echoed.push(`${opcode} ${content}`);
    if (random.chance(0.5)) frames.push(whole(opcode, content));
    else {
      const at = random.below(size + 1);
      frames.push(frame(opcode, content.slice(0, at)));
      if (random.chance(0.5)) frames.push(whole(PING, "still there?"));
      frames.push(whole(0, content.slice(at)));
    }
    if (random.chance(0.2)) frames.push(whole(PONG, random.bytes(3)));
  }
  const code = Uint8Array.of(GOODBYE >> 8, GOODBYE & 0xff);
  frames.push(whole(CLOSE, new Uint8Array([...code, ...bytes("bye")])));
  const sent = new Uint8Array(frames.flatMap((each) => [...each]));
  return { sent, echoed };
}

/** What the server of the pipe `name` answers, up to its close frame. */
async function answers(
  name: string,
  pieces: Uint8Array[],
): Promise<{ messages: string[]; code: number }> {
  await using client = await RawWebSocket.open(name);
  const sending = (async () => {
    // The server closes behind what is wrong.
    for (const piece of [...pieces, FLUSH]) await client.send(piece);
  })().catch(() => {});
  const messages: string[] = [];
  for (;;) {
    const { opcode, payload } = await client.next();
    if (opcode === CLOSE) {
      client.connection.close();
      await sending;
      if (payload.byteLength === 0) return { messages, code: 1005 };
      return { messages, code: payload[0]! << 8 | payload[1]! };
    }
    if (opcode === PONG) continue;
    assert(opcode === TEXT || opcode === BINARY, `a frame of kind ${opcode}`);
    messages.push(`${opcode} ${text(payload)}`);
  }
}
