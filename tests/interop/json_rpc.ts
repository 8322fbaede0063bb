/** JSON-RPC as language servers frame it, over a connection. */

import { type ByteConnection, FramedConnection } from "../../mod.ts";

/** A message of JSON-RPC. */
export interface RpcMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** Both sides of JSON-RPC. */
export class JsonRpc {
  readonly #frames: FramedConnection;
  #id = 0;

  constructor(connection: ByteConnection) {
    this.#frames = new FramedConnection(connection, "content-length");
  }

  /** Sends a message. */
  async send(message: RpcMessage): Promise<void> {
    await this.#frames.writeJson({ jsonrpc: "2.0", ...message });
  }

  /** The next message; undefined when the partner has left. */
  async receive(): Promise<RpcMessage | undefined> {
    return await this.#frames.readJson() as RpcMessage | undefined;
  }

  /** Asks, and gives the result. What the partner asks meanwhile is answered by nothing. */
  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    await this.send({ id, method, params });
    for (;;) {
      const message = await this.receive();
      if (message === undefined) throw new Error("The partner has left");
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
