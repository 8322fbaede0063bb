/**
 * The client's end of a conversation.
 *
 * Servers answer in the order of the requests. An unanswered request stays in a
 * list until its answer comes, even if its caller no longer waits, so
 * that a late answer is never mistaken for that of the next request.
 *
 * @module
 */

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
  DDE_FBUSY,
  DDE_FNOTPROCESSED,
  type DdeEvent,
  type DdePartner,
  type DdeTransaction,
} from "./protocol.ts";
import { WireConversation } from "./conversation.ts";

interface Sent {
  readonly transactionId: number;
  readonly does: DdeTransaction["does"];
  /** In lower case, for comparing. */
  readonly item: string;
  readonly memory: bigint;
  /** Its data has arrived, but not the acknowledgement that follows under Wine. */
  answered: boolean;
}

/** The client's end. */
export class ClientWireConversation extends WireConversation {
  readonly #sent: Sent[] = [];
  /** The number of advise loops, by item. */
  readonly #links = new Map<string, number>();
  readonly #wine: boolean;

  /**
   * `wine` says that the server uses Wine's DDEML: it acknowledges a request
   * after it has answered it, and makes the data of a poke one byte too short.
   */
  constructor(
    handle: bigint,
    partner: DdePartner,
    emit: (event: DdeEvent) => void,
    wine: boolean,
  ) {
    super(handle, partner, emit);
    this.#wine = wine;
  }

  /** Starts a transaction; its answer is reported with `transactionId`. */
  start(transactionId: number, transaction: DdeTransaction): void {
    if (this.over) return;
    const { does } = transaction;
    const item = does === "execute" ? "" : transaction.item;
    let atom = 0n;
    let memory: bigint;
    try {
      if (does !== "execute") atom = BigInt(addAtom(item));
      memory = this.#memoryOf(transaction);
    } catch (error) {
      // Windows has no atom or no memory left.
      this.drop(atom);
      const reason = String(error);
      return this.emit({ event: "failed", transactionId, reason });
    }
    const sent: Sent = {
      transactionId,
      does,
      item: item.toLowerCase(),
      memory,
      answered: false,
    };
    this.#sent.push(sent);
    const posted = does === "execute"
      ? this.post(DDE.execute, 0n, memory)
      : does === "request" || does === "unadvise"
      ? this.post(DDE[does], BigInt(transaction.format), atom)
      : this.post(DDE[does], memory, atom);
    if (posted) return;
    this.drop(atom);
    if (this.over) return;
    // The server's queue is full.
    this.#settle(sent, DDE_FBUSY);
  }

  protected override handleMessage(posted: PostedMessage): void {
    if (posted.message === DDE.ack) this.#acknowledged(posted);
    else if (posted.message === DDE.data) this.#data(posted);
  }

  protected override forget(): void {
    for (const { memory } of this.#sent.splice(0)) this.release(memory, true);
  }

  #memoryOf(transaction: DdeTransaction): bigint {
    switch (transaction.does) {
      case "execute":
        return toGlobal(transaction.bytes);
      case "poke": {
        const { format, bytes } = transaction;
        return toGlobal(withHead(0, format, bytes), this.#wine ? 1 : 0);
      }
      case "advise": {
        const { format, warm } = transaction;
        return toGlobal(withHead(warm ? FDEFERUPD : 0, format));
      }
      default:
        return 0n;
    }
  }

  #acknowledged(posted: PostedMessage): void {
    const status = Number(posted.low & 0xffffn);
    const positive = (status & DDE_FACK) !== 0;
    const command = this.#sent.find(({ does, memory }) =>
      does === "execute" && memory === posted.high
    );
    if (command !== undefined) return this.#settle(command, status);
    const item = posted.item?.toLowerCase();
    const sent = this.#sent.find((sent) =>
      sent.item === item && sent.does !== "execute"
    );
    if (sent === undefined) return;
    this.drop(posted.high);
    if (sent.answered) return this.#remove(sent);
    // Data answers a request.
    if (sent.does === "request" && positive) return;
    if (sent.does === "advise" && positive) this.#link(sent.item, 1);
    if (sent.does === "unadvise") this.#link(sent.item, -1);
    this.#settle(sent, status);
  }

  #data(posted: PostedMessage): void {
    const { item, block, low: memory } = posted;
    const flags = block?.flags ?? 0;
    const name = item?.toLowerCase() ?? "";
    const linked = this.#links.has(name);
    const request = (flags & FRESPONSE) === 0 && linked
      ? undefined
      : this.#sent.find((sent) =>
        sent.does === "request" && sent.item === name && !sent.answered
      );
    const late = request !== undefined && this.#wine;
    const acknowledged = (flags & FACKREQ) !== 0 && !this.over;
    if (acknowledged) this.acknowledge(DDE_FACK, posted.high);
    // The atom arrives a second time, with the acknowledgement.
    else if (!late) this.drop(posted.high);
    this.release(memory, (flags & FRELEASE) !== 0);
    const data = block && { format: block.format, bytes: block.bytes };
    if (request === undefined) {
      if (linked) this.emit({ event: "update", item: item!, data });
    } else if (data === undefined) {
      this.#settle(request, DDE_FNOTPROCESSED);
    } else {
      request.answered = true;
      if (!late) this.#remove(request);
      const { transactionId } = request;
      this.emit({ event: "answered", transactionId, status: DDE_FACK, data });
    }
  }

  #settle(sent: Sent, status: number): void {
    const { transactionId, does, memory } = sent;
    const positive = (status & DDE_FACK) !== 0;
    this.#remove(sent);
    // The server frees the memory of an advise that it accepts.
    this.release(memory, does !== "advise" || !positive);
    this.emit({ event: "answered", transactionId, status });
  }

  #link(item: string, change: 1 | -1): void {
    const loops = (this.#links.get(item) ?? 0) + change;
    if (loops > 0) this.#links.set(item, loops);
    else this.#links.delete(item);
  }

  /** Removes one from the list, and earlier ones, which will not be answered. */
  #remove(sent: Sent): void {
    const skipped = this.#sent.splice(0, this.#sent.indexOf(sent));
    this.#sent.shift();
    for (const { memory } of skipped) this.release(memory, true);
  }
}
