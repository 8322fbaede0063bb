/** A WebSocket's client that sends any bytes, also such as no client sends. */

import { connectPipe, type PipeConnection, readExactly } from "../../mod.ts";
import { bytes, text } from "../support/names.ts";

/** The kinds of frames. */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** The first lines of a request for an upgrade. */
export function upgrading(
  protocol: string,
  line = "GET / HTTP/1.1",
): string {
  return `${line}\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n`;
}

/** A whole request for a WebSocket, with the key of RFC 6455's example. */
export const HANDSHAKE = `${upgrading("websocket")}` +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A frame as clients send it; `first` is its first byte. */
export function frame(
  first: number,
  payload: Uint8Array | string = "",
): Uint8Array<ArrayBuffer> {
  const content = typeof payload === "string" ? bytes(payload) : payload;
  const size = content.byteLength;
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(size));
  const last = (count: number) => new Uint8Array(length.buffer, 8 - count);
  const head = size < 126
    ? last(1)
    : size < 65_536
    ? [126, ...last(2)]
    : [127, ...last(8)];
  const mask = [1, 2, 3, 4];
  const masked = content.map((byte, i) => byte ^ mask[i % 4]!);
  const all = new Uint8Array(1 + head.length + 4 + size);
  all.set([first, head[0]! | 0x80, ...head.slice(1), ...mask]);
  all.set(masked, 1 + head.length + 4);
  return all;
}

/** A whole message, or a control frame. */
export function whole(opcode: number, payload: Uint8Array | string = "") {
  return frame(0x80 | opcode, payload);
}

/** A client of the pipe `name`. */
export class RawWebSocket implements AsyncDisposable {
  readonly connection: PipeConnection;

  private constructor(connection: PipeConnection) {
    this.connection = connection;
  }

  /** Connects, and sends the request, with `more` in the same write. */
  static async open(
    name: string,
    more: Uint8Array = new Uint8Array(0),
  ): Promise<RawWebSocket> {
    const connection = await connectPipe(name);
    await connection.write(new Uint8Array([...bytes(HANDSHAKE), ...more]));
    const head = await readHead(connection);
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
    return new RawWebSocket(connection);
  }

  /** Sends frames, or any bytes. */
  async send(...parts: Uint8Array[]): Promise<void> {
    await this.connection.write(
      new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()),
    );
  }

  /** The next frame of the server, which has no mask. */
  async next(): Promise<{ opcode: number; payload: Uint8Array }> {
    const [first, short] = await readExactly(this.connection, 2) as unknown as [
      number,
      number,
    ];
    let size = short;
    if (short > 125) {
      const rest = await readExactly(this.connection, short === 126 ? 2 : 8);
      size = rest.reduce((sum, byte) => sum * 256 + byte, 0);
    }
    return {
      opcode: first & 0x7f,
      payload: await readExactly(this.connection, size),
    };
  }

  /** The code and the reason of the next frame, which closes; then the end. */
  async closed(): Promise<[number, string]> {
    const { opcode, payload } = await this.next();
    if (opcode !== CLOSE) throw new Error(`a frame of the kind ${opcode}`);
    return [payload[0]! << 8 | payload[1]!, text(payload.subarray(2))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}

/** The head of a response, to its empty line, and nothing behind it. */
export async function readHead(connection: PipeConnection): Promise<string> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const first = await readExactly(connection, 1);
    const rest = new Uint8Array([...first, ...connection.peek(4096).bytes]);
    const ahead = head + String.fromCharCode(...rest);
    const end = ahead.indexOf("\r\n\r\n");
    const size = end < 0 ? rest.length : end + 4 - head.length;
    await readExactly(connection, size - 1);
    head = ahead.slice(0, head.length + size);
  }
  return head;
}
