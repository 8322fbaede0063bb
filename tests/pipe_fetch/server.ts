/** An HTTP server on a pipe that does what a test says, byte by byte. */

import {
  listenPipe,
  type ListenPipeOptions,
  type PipeConnection,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";

/** A request as its head says, and what can be done with it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly head: string;
  /** Which of the server's connections it came over, from 1. */
  readonly connection: number;
  /** Reads the body, and resolves to it as it came. */
  body(): Promise<string>;
  /** Writes `answer`; one that nobody takes any more is no failure. */
  write(answer: string): Promise<void>;
  /** Resolves when the client has closed; what it still sends is dropped. */
  closed(): Promise<void>;
}

/** What the server does with a request; whether the connection then lives on. */
export type Handler = (asked: Asked) => Promise<"keep" | "close">;

/** A server on a pipe of its own. */
export class Server implements AsyncDisposable {
  /** The requests whose heads came, in their order. */
  readonly seen: Asked[] = [];
  readonly name: string;
  readonly #listener;
  readonly #handler: Handler;
  readonly #connections: PipeConnection[] = [];
  readonly #serving: Promise<void>[] = [];

  constructor(handler: Handler, options: ListenPipeOptions = {}) {
    this.#listener = listenPipe(uniqueName(), options);
    this.name = this.#listener.name;
    this.#handler = handler;
    this.#serving.push(this.#accept());
  }

  /** How many requests for `path` came. */
  times(path: string): number {
    return this.seen.filter((asked) => asked.path === path).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]();
    for (const each of this.#connections) await each[Symbol.asyncDispose]();
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.push(connection);
      const serving = this.#serve(connection, this.#connections.length)
        .catch((error) => {
          if (!(error instanceof Deno.errors.BadResource)) throw error;
        })
        .finally(() => connection[Symbol.asyncDispose]());
      this.#serving.push(serving);
    }
  }

  async #serve(connection: PipeConnection, number: number): Promise<void> {
    let unread = "";
    const more = async () => {
      const buffer = new Uint8Array(65_536);
      const length = await connection.read(buffer);
      if (length === null) return false;
      unread += text(buffer.subarray(0, length));
      return true;
    };
    for (;;) {
      let end;
      while ((end = unread.indexOf("\r\n\r\n")) < 0) if (!await more()) return;
      const head = unread.slice(0, end);
      unread = unread.slice(end + 4);
      const [method, path] = head.split(" ");
      const length = /^content-length: (\d+)$/im.exec(head)?.[1];
      const chunked = /^transfer-encoding: chunked$/im.test(head);
      const asked: Asked = {
        method: method!,
        path: path!,
        head,
        connection: number,
        async body() {
          const whole = () =>
            chunked
              ? unread.endsWith("0\r\n\r\n")
              : unread.length === Number(length ?? 0);
          while (!whole() && await more());
          const body = unread;
          unread = "";
          return body;
        },
        async write(answer) {
          await connection.write(bytes(answer)).catch((error) => {
            if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
          });
        },
        async closed() {
          while (await more()) unread = "";
        },
      };
      this.seen.push(asked);
      if (await this.#handler(asked) === "close") return;
    }
  }
}

/** A whole answer. */
export function answer(status: string, body = ""): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
