import { SocketConnection } from "../../socket/mod.ts";
import type { PipeAccess } from "../../../mod.ts";
import type { GlobalOptions } from "../arguments/global_options.ts";
import type { Environment } from "../environment.ts";
import { isTimeout } from "../exit_code.ts";
import { unlessBroken } from "./abort.ts";
import type { InactivityTimeout } from "./inactivity_timeout.ts";
import {
  arrivals,
  type CliConnection,
  FINISHED,
  framed,
  Pieces,
} from "../text/incoming.ts";
import { outgoingGroups } from "../text/outgoing.ts";
import { Printer } from "../text/printer.ts";

export interface ConverseOptions {
  readonly connection: CliConnection;
  /** The messages; without any, the lines of stdin. */
  readonly messages: readonly Uint8Array[];
  readonly common: GlobalOptions;
  readonly idle: InactivityTimeout;
}

/** Sends all input, and prints the answers until the end. */
export async function converse(
  options: ConverseOptions,
  env: Environment,
): Promise<void> {
  const { connection, messages, idle: { signal } } = options;
  const talk = new Conversation(options, env);
  const over = new AbortController();
  const sending = talk.send(AbortSignal.any([signal, over.signal]));
  // No answer can arrive.
  if (accessOf(connection) === "write") return await sending;
  try {
    const complete = await Promise.race([
      talk.receive(),
      unlessBroken(sending),
    ]);
    // Messages from arguments are all sent, or one has failed.
    if (messages.length > 0 && !complete) await sending;
  } finally {
    over.abort(new DOMException("The connection has ended", "AbortError"));
  }
}

function accessOf(connection: CliConnection): PipeAccess {
  return connection instanceof SocketConnection
    ? "read-write"
    : connection.access;
}

class Conversation {
  readonly #options: ConverseOptions;
  readonly #env: Environment;
  readonly #printer: Printer;
  #sent = false;
  #received = 0;

  constructor(options: ConverseOptions, env: Environment) {
    this.#options = options;
    this.#env = env;
    this.#printer = new Printer(env, options.common);
  }

  async send(signal: AbortSignal): Promise<void> {
    const { connection, messages, common, idle } = this.#options;
    const { mode } = connection;
    // An empty line waits for the next one: alone it would mean the end.
    let empty = 0;
    const write = async (bytes: Uint8Array) => {
      idle.progress();
      await connection.write(bytes, { signal });
      idle.pause();
    };
    idle.pause();
    const groups = outgoingGroups(this.#env, { messages, common, signal });
    for await (const group of groups) {
      for (const message of framed(group, mode, common)) {
        if (mode === "message" && message.byteLength === 0) {
          empty++;
          continue;
        }
        for (; empty > 0; empty--) await write(new Uint8Array(0));
        await write(message);
      }
    }
    for (; empty > 0; empty--) await write(new Uint8Array(0));
    const canEnd = accessOf(connection) !== "read" &&
      (mode === "message" || connection instanceof SocketConnection);
    if (canEnd && common.count === Infinity) {
      await connection.closeWrite({ signal });
    }
    this.#sent = true;
    idle.progress();
  }

  /** Prints received data; resolves to whether the count is reached. */
  async receive(): Promise<boolean> {
    const { connection, common, idle } = this.#options;
    const pieces = new Pieces(connection.mode, common);
    try {
      for await (const arrived of arrivals(connection, idle.signal)) {
        if (arrived === FINISHED) {
          if (this.#sent) return false;
          continue;
        }
        if (this.#sent) idle.progress();
        if (await this.#print(pieces.push(arrived))) return true;
      }
    } catch (error) {
      const enough = this.#sent && this.#received > 0 &&
        common.count === Infinity;
      if (!isTimeout(error) || !enough) throw error;
    }
    return await this.#print(pieces.end());
  }

  async #print(pieces: Uint8Array[]): Promise<boolean> {
    const { count } = this.#options.common;
    const shown = pieces.slice(0, count - this.#received);
    await this.#printer.messages(shown);
    return (this.#received += shown.length) >= count;
  }
}
