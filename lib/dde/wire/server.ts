/**
 * The server's end of a conversation.
 *
 * @module
 */

import { freeGlobal } from "../../io/memory/global_memory.ts";
import { addAtom, toGlobal, withHead } from "./memory.ts";
import {
  DDE,
  FACKREQ,
  FDEFERUPD,
  FRELEASE,
  FRESPONSE,
  type PostedMessage,
} from "./message.ts";
import {
  DDE_FACK,
  DDE_FNOTPROCESSED,
  type DdeBytes,
  type DdeClientRequest,
} from "./protocol.ts";
import { WireConversation } from "./conversation.ts";

interface Asked {
  readonly message: number;
  /**
   * The item's atom, or the memory of a command: it is returned with the
   * answer.
   */
  readonly what: bigint;
  readonly memory: bigint;
  /** Whether the memory is ours to free after we accept it. */
  readonly given: boolean;
}

/** The server's end. */
export class ServerWireConversation extends WireConversation {
  readonly #asked = new Map<number, Asked>();
  #lastTransactionId = 0;

  /** Answers the request with `transactionId`; `data` answers a data request. */
  answer(
    transactionId: number,
    status: number,
    data: DdeBytes | undefined,
  ): void {
    const asked = this.#asked.get(transactionId);
    if (asked === undefined || this.over) return;
    this.#asked.delete(transactionId);
    if (data !== undefined) {
      try {
        return this.#post(FRESPONSE, data, asked.what);
      } catch (error) {
        // There is no memory for the data; the client must not wait for it.
        this.acknowledge(DDE_FNOTPROCESSED, asked.what);
        throw error;
      }
    }
    this.acknowledge(status, asked.what);
    this.#free(asked, (status & DDE_FACK) !== 0);
  }

  /** Sends a change; `acknowledging` requests an acknowledgement. */
  update(
    item: string,
    data: DdeBytes | undefined,
    acknowledging: boolean,
  ): void {
    if (this.over) return;
    let atom = 0n;
    try {
      atom = BigInt(addAtom(item));
      if (data !== undefined) {
        this.#post(acknowledging ? FACKREQ : 0, data, atom);
      } else if (!this.post(DDE.data, 0n, atom)) this.drop(atom);
    } catch (error) {
      this.drop(atom);
      // No acknowledgement will come for this one, and later ones wait for it.
      if (acknowledging) this.emit({ event: "acknowledged", item });
      throw error;
    }
  }

  protected override handleMessage(posted: PostedMessage): void {
    switch (posted.message) {
      case DDE.ack: {
        const { item } = posted;
        this.drop(posted.high);
        if (item !== undefined) this.emit({ event: "acknowledged", item });
        return;
      }
      case DDE.execute:
      case DDE.request:
      case DDE.poke:
      case DDE.advise:
      case DDE.unadvise:
        return this.#ask(posted);
    }
  }

  protected override forget(): void {
    for (const asked of this.#asked.values()) this.#discard(asked);
    this.#asked.clear();
  }

  #ask(posted: PostedMessage): void {
    const { message, low, high } = posted;
    const command = message === DDE.execute;
    const memory = command
      ? high
      : message === DDE.poke || message === DDE.advise
      ? low
      : 0n;
    const { block } = posted;
    const entry: Asked = {
      message,
      what: high,
      memory,
      given: message === DDE.advise ||
        message === DDE.poke && ((block?.flags ?? 0) & FRELEASE) !== 0,
    };
    if (this.over) return this.#discard(entry);
    const transactionId = ++this.#lastTransactionId;
    this.#asked.set(transactionId, entry);
    const asked = parseRequest(posted);
    if (asked === undefined) {
      return this.answer(transactionId, DDE_FNOTPROCESSED, undefined);
    }
    this.emit({ event: "asked", transactionId, asked });
  }

  /** Posts data that the client frees; the atom goes with it. */
  #post(flags: number, { format, bytes }: DdeBytes, atom: bigint): void {
    const block = withHead(flags | FRELEASE, format, bytes);
    const memory = toGlobal(block);
    if (this.post(DDE.data, memory, atom)) this.release(memory, false);
    else {
      freeGlobal(memory);
      this.drop(atom);
    }
  }

  /** Frees the contents of a request that will not be answered. */
  #discard(asked: Asked): void {
    if (asked.message !== DDE.execute) this.drop(asked.what);
    this.#free(asked, true);
  }

  #free({ memory, given }: Asked, taken: boolean): void {
    this.release(memory, given && taken);
  }
}

/** The request in a message; undefined if it is malformed. */
function parseRequest(posted: PostedMessage): DdeClientRequest | undefined {
  const { message, item } = posted;
  if (message === DDE.execute) {
    const bytes = posted.command;
    return bytes && { asked: "execute", bytes };
  }
  const format = Number(posted.low & 0xffffn);
  if (message === DDE.unadvise) return { asked: "unadvise", item, format };
  if (item === undefined) return undefined;
  if (message === DDE.request) return { asked: "request", item, format };
  const { block } = posted;
  if (block === undefined) return undefined;
  if (message === DDE.poke) {
    return { asked: "poke", item, format: block.format, bytes: block.bytes };
  }
  return {
    asked: "advise",
    item,
    format: block.format,
    warm: (block.flags & FDEFERUPD) !== 0,
    acknowledging: (block.flags & FACKREQ) !== 0,
  };
}
