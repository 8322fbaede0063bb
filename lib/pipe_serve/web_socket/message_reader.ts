/**
 * Finds the messages and control frames in the bytes of a WebSocket's client.
 *
 * @module
 */

import {
  CLOSE_CODE,
  MAX_CONTROL,
  OPCODE,
  protocolError,
  WebSocketError,
} from "./frame.ts";

/** A whole message, or a control frame. */
export interface Message {
  readonly opcode: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** The head of a frame: RFC 6455, section 5.2. */
interface Head {
  readonly opcode: number;
  readonly final: boolean;
  readonly mask: Uint8Array;
  readonly size: number;
}

/** Two bytes, a length of up to 8, and the mask. */
const MAX_HEAD_SIZE = 14;

/**
 * Reads frames as servers get them. It checks each head when it arrives, so
 * that no memory is needed for a payload that is refused.
 */
export class MessageReader {
  readonly #maxSize: number;
  readonly #head = new Uint8Array(MAX_HEAD_SIZE);
  #headSize = 0;
  /** The frame whose payload arrives. */
  #frame: Head | undefined;
  /** How much of it has arrived. */
  #arrived = 0;
  /** The kind of the message whose fragments arrive. */
  #opcode: number | undefined;
  readonly #message = new Payload();
  readonly #control = new Payload();

  /** Refuses messages of more than `maxSize` bytes. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /**
   * Yields what `chunk` completes.
   *
   * @throws {WebSocketError} for a frame that the protocol does not allow, or a
   * message that is too long
   */
  *read(chunk: Uint8Array): Generator<Message, void, void> {
    for (let at = 0; at < chunk.byteLength || this.#isComplete();) {
      if (this.#frame === undefined) {
        this.#head[this.#headSize++] = chunk[at++]!;
        this.#frame = this.#begin();
        continue;
      }
      const { size, mask } = this.#frame;
      const part = chunk.subarray(at, at + size - this.#arrived);
      this.#payload(this.#frame).add(part, mask, this.#arrived);
      at += part.byteLength;
      this.#arrived += part.byteLength;
      if (!this.#isComplete()) continue;
      const message = this.#end(this.#frame);
      this.#frame = undefined;
      if (message !== undefined) yield message;
    }
  }

  #isComplete(): boolean {
    return this.#frame !== undefined && this.#arrived === this.#frame.size;
  }

  /** The head, when all of it has arrived. */
  #begin(): Head | undefined {
    const head = this.#head;
    const have = this.#headSize;
    if (have === 1) this.#checkKind(head[0]!);
    if (have < 2) return undefined;
    if ((head[1]! & 0x80) === 0) throw protocolError("a frame without a mask");
    const short = head[1]! & 0x7f;
    const opcode = head[0]! & 0x0f;
    if (isControl(opcode) && short > MAX_CONTROL) {
      throw protocolError(`a control frame of more than ${MAX_CONTROL} bytes`);
    }
    const more = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (have === 2 + more) this.#checkSize(opcode, this.#sizeIn(short));
    if (have < 6 + more) return undefined;
    this.#headSize = 0;
    this.#arrived = 0;
    return {
      opcode,
      final: head[0]! >= 0x80,
      mask: head.slice(2 + more, 6 + more),
      size: this.#sizeIn(short),
    };
  }

  #checkKind(first: number): void {
    const opcode = first & 0x0f;
    const final = first >= 0x80;
    if ((first & 0x70) !== 0) {
      throw protocolError("a frame of an extension that was not agreed on");
    }
    if (!Object.values<number>(OPCODE).includes(opcode)) {
      throw protocolError(`a frame of the unknown kind ${opcode}`);
    }
    if (isControl(opcode)) {
      if (!final) throw protocolError("a control frame in fragments");
    } else if ((opcode === OPCODE.continuation) !== this.#isFragmented()) {
      throw protocolError(
        this.#isFragmented()
          ? "a message within another"
          : "a fragment without its message",
      );
    }
  }

  #isFragmented(): boolean {
    return this.#opcode !== undefined;
  }

  #sizeIn(short: number): number {
    const view = new DataView(this.#head.buffer);
    if (short < 126) return short;
    const size = short === 126
      ? view.getUint16(2)
      : Number(view.getBigUint64(2));
    if (size >= 2 ** 63) throw protocolError("a length of more than 63 bits");
    // "The minimal number of bytes MUST be used to encode the length."
    if (size < (short === 126 ? 126 : 65_536)) {
      throw protocolError("a length in more bytes than it needs");
    }
    return size;
  }

  #checkSize(opcode: number, size: number): void {
    if (isControl(opcode)) return;
    const whole = this.#message.size + size;
    if (whole <= this.#maxSize) return;
    throw new WebSocketError(
      CLOSE_CODE.tooBig,
      `Message of ${whole} bytes or more: the limit is ${this.#maxSize}; raise maxMessageSize, or send less at once`,
    );
  }

  #payload({ opcode }: Head): Payload {
    return isControl(opcode) ? this.#control : this.#message;
  }

  /** The message that is complete with this frame. */
  #end({ opcode, final }: Head): Message | undefined {
    if (isControl(opcode)) return { opcode, payload: this.#control.take() };
    this.#opcode ??= opcode;
    if (!final) return undefined;
    const message = { opcode: this.#opcode, payload: this.#message.take() };
    this.#opcode = undefined;
    return message;
  }
}

function isControl(opcode: number): boolean {
  return opcode >= OPCODE.close;
}

/**
 * A payload that arrives. Its memory grows with what has arrived, and not with
 * the length that the client says.
 */
class Payload {
  #bytes = new Uint8Array(0);
  size = 0;

  /** Adds bytes; `at` is their place in the frame. */
  add(part: Uint8Array, mask: Uint8Array, at: number): void {
    const size = this.size + part.byteLength;
    if (size > this.#bytes.byteLength) this.#resize(Math.max(2 * size, 64));
    const bytes = this.#bytes;
    const from = this.size;
    for (let i = 0; i < part.byteLength; i++) {
      bytes[from + i] = part[i]! ^ mask[(at + i) & 3]!;
    }
    this.size = size;
  }

  /** All of it; the next one begins empty. */
  take(): Uint8Array<ArrayBuffer> {
    this.#resize(this.size);
    const bytes = this.#bytes;
    this.#bytes = new Uint8Array(0);
    this.size = 0;
    return bytes;
  }

  #resize(capacity: number): void {
    this.#bytes = new Uint8Array(this.#bytes.buffer.transfer(capacity));
  }
}
