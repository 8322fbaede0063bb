/** Reads what partners send: bytes of a known number, text up to a mark, JSON-RPC. */

import { bytes, text } from "../support/names.ts";

/** A connection of any kind. */
export interface Duplex {
  read(buffer: Uint8Array): Promise<number | null>;
  write(data: Uint8Array<ArrayBuffer>): Promise<unknown>;
}

/** The frames of a connection, in whatever pieces they come. */
export class Frames {
  readonly #connection: Duplex;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(connection: Duplex) {
    this.#connection = connection;
  }

  /** The next `size` bytes. */
  async exactly(size: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#rest.length < size) {
      if (await this.#more()) continue;
      throw new Error(`The end came after ${this.#rest.length} bytes`);
    }
    const taken = this.#rest.slice(0, size);
    this.#rest = this.#rest.slice(size);
    return taken;
  }

  /** The text before `mark`, one character of ASCII or more, which is taken with it. */
  async until(mark: string): Promise<string> {
    const sought = bytes(mark);
    for (let from = 0;;) {
      const at = this.#rest.indexOf(sought[0]!, from);
      if (at < 0 || at + sought.length > this.#rest.length) {
        from = at < 0 ? this.#rest.length : at;
        if (!await this.#more()) throw new Error(`The end came before ${mark}`);
      } else if (sought.every((byte, i) => this.#rest[at + i] === byte)) {
        const taken = await this.exactly(at + sought.length);
        return text(taken.subarray(0, at));
      } else {
        from = at + 1;
      }
    }
  }

  /** Whether the partner has left, with nothing left to read. */
  async over(): Promise<boolean> {
    return this.#rest.length === 0 && !await this.#more();
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const length = await this.#connection.read(buffer);
    if (length === null) return false;
    const whole = new Uint8Array(this.#rest.length + length);
    whole.set(this.#rest);
    whole.set(buffer.subarray(0, length), this.#rest.length);
    this.#rest = whole;
    return true;
  }
}

/** A message of JSON-RPC. */
export interface RpcMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** JSON-RPC as language servers frame it, over a connection. */
export class JsonRpc extends Frames {
  readonly #duplex: Duplex;
  #id = 0;

  constructor(connection: Duplex) {
    super(connection);
    this.#duplex = connection;
  }

  /** Sends a message. */
  async send(message: RpcMessage): Promise<void> {
    const body = bytes(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const header = bytes(`Content-Length: ${body.byteLength}\r\n\r\n`);
    await this.#duplex.write(header);
    await this.#duplex.write(body);
  }

  /** The next message. */
  async receive(): Promise<RpcMessage> {
    const header = await this.until("\r\n\r\n");
    const [, length] = /Content-Length: *(\d+)/i.exec(header)!;
    const body = await this.exactly(Number(length));
    return JSON.parse(text(body));
  }

  /** Asks, and gives the result. What the partner asks meanwhile is answered by nothing. */
  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    await this.send({ id, method, params });
    for (;;) {
      const message = await this.receive();
      if (message.method !== undefined) {
        if (message.id !== undefined) {
          await this.send({ id: message.id, result: null });
        }
      } else if (message.id === id) {
        if ("result" in message) return message.result;
        throw new Error(JSON.stringify(message));
      }
    }
  }
}
