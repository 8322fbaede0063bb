/**
 * A client's conversation, at its server: processes the client's transactions
 * in order.
 *
 * @module
 */

import {
  DDE_FACK,
  DDE_FBUSY,
  DDE_FNOTPROCESSED,
  type DdeBytes,
  type DdeClientRequest,
  type DdePartner,
} from "./wire/protocol.ts";
import { formatName } from "../window/clipboard_formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import { fromUtf16 } from "../win32/utf16.ts";
import { ANSI, fromCodePage } from "./code_page.ts";
import {
  asData,
  checkValue,
  type DdeData,
  type DdeValue,
  encodeValue,
} from "./data.ts";
import { watchPartner } from "./partner_exit.ts";
import type { DdeClient } from "./serve_options.ts";
import { ServerAdviseLoops } from "./server_advise_loops.ts";
import { asAnswer, type Item, type Topic } from "./server_topics.ts";
import { requestDde } from "./window_request.ts";

/** The server's functions that a conversation needs. */
export interface LinkOwner {
  /** Runs a handler, with a time limit. */
  run<T>(handler: () => T | Promise<T>): Promise<T>;
  /** Reports an error that no client learns of. */
  report(error: unknown): void;
  /** Stores a value that a client has poked. */
  keep(topic: Topic, item: Item, value: DdeValue): void;
  /** The client has started to watch an item. */
  watched(link: ServerConversation, item: string): void;
  /** The client has ended it, or has died. */
  left(link: ServerConversation): void;
}

/** A conversation. */
export class ServerConversation {
  /** The conversation as handlers see it. */
  readonly client: DdeClient;
  /** Its topic. */
  readonly topic: Topic;
  readonly #window: OwnWindow;
  readonly #conversation: bigint;
  readonly #partner: DdePartner;
  readonly #owner: LinkOwner;
  readonly #unwatchPartner: () => void;
  readonly #adviseLoops: ServerAdviseLoops;
  #last: Promise<void> = Promise.resolve();
  #over = false;

  /** Belongs to the server's `window`; `conversation` is its own window. */
  constructor(
    window: OwnWindow,
    conversation: bigint,
    partner: DdePartner,
    topic: Topic,
    owner: LinkOwner,
  ) {
    this.#window = window;
    this.#conversation = conversation;
    this.#partner = partner;
    this.topic = topic;
    this.#owner = owner;
    const { service, pid } = partner;
    const close = () => this.close();
    this.client = { service, topic: topic.name, pid, close };
    this.#adviseLoops = new ServerAdviseLoops({
      window,
      handle: conversation,
      topic,
      render: (item, format) => this.#render(item, format),
      report: owner.report,
    });
    this.#unwatchPartner = watchPartner(conversation, partner, close);
  }

  /** Processes a transaction after the earlier ones. */
  asked(transactionId: number, asked: DdeClientRequest): void {
    this.#last = this.#last.then(() => this.#answer(transactionId, asked));
  }

  /** Pushes a change; returns the number of advise loops. */
  changed(item: string): number {
    return this.#adviseLoops.changed(item);
  }

  /** The client has received an update. */
  acknowledged(item: string): void {
    this.#adviseLoops.acknowledged(item);
  }

  /** Ends it, as the server. */
  close(): void {
    if (this.#over) return;
    this.end();
    this.#owner.left(this);
  }

  /** Ends it if the client has not, and notifies only the client. */
  end(): void {
    if (this.#over) return;
    this.ended();
    requestDde(this.#window, {
      type: "dde end",
      conversation: this.#conversation,
    });
  }

  /** The client has ended it. */
  ended(): void {
    this.#over = true;
    this.#unwatchPartner();
    this.#adviseLoops.stopAll();
  }

  async #answer(transactionId: number, asked: DdeClientRequest): Promise<void> {
    if (this.#over) return;
    const respond = (status: number, data?: DdeBytes) =>
      requestDde(this.#window, {
        type: "dde answer",
        conversation: this.#conversation,
        transactionId,
        status,
        ...data && { data },
      });
    // The answer goes before the changes that it causes: some clients mistake
    // any message for the answer.
    if (asked.asked === "poke") this.#adviseLoops.hold();
    try {
      const answer = await this.#decide(asked);
      const status = answer === false ? DDE_FNOTPROCESSED : DDE_FACK;
      respond(status, typeof answer === "object" ? answer : undefined);
      if (asked.asked === "advise" && status === DDE_FACK) {
        this.#adviseLoops.start(asked);
        this.#owner.watched(this, asked.item);
      }
    } catch (error) {
      const busy = error instanceof Deno.errors.Busy;
      if (!busy) this.#owner.report(error);
      respond(busy ? DDE_FBUSY : DDE_FNOTPROCESSED);
    }
    this.#adviseLoops.resume();
  }

  async #decide(asked: DdeClientRequest): Promise<boolean | DdeBytes> {
    switch (asked.asked) {
      case "request": {
        const format = formatName(asked.format);
        const bytes = await this.#render(asked.item, format);
        if (bytes === undefined) return false;
        return { format: asked.format, bytes: new Uint8Array(bytes) };
      }
      case "poke":
        return await this.#poke(
          asked.item,
          asData(formatName(asked.format), asked.bytes),
        );
      case "execute":
        return await this.#execute(asked.bytes);
      case "advise":
        return this.#mayAdvise(asked.item, formatName(asked.format));
      case "unadvise":
        return this.#adviseLoops.stop(asked.item, asked.format);
    }
  }

  /** The bytes of an item in a format; undefined if there are none. */
  async #render(name: string, format: string): Promise<Uint8Array | undefined> {
    const item = this.topic.item(name);
    const handler = item === undefined ? this.topic.request : item.request;
    let value = item?.value;
    if (handler !== undefined) {
      const { client } = this;
      const request = { item: name, format, client };
      value = await this.#owner.run(() => handler(request));
      if (value !== undefined) checkValue(value);
    }
    return value === undefined ? undefined : encodeValue(value, format);
  }

  async #poke(name: string, data: DdeData): Promise<boolean> {
    const item = this.topic.item(name);
    const handler = item === undefined ? this.topic.poke : item.poke;
    if (handler === undefined) return false;
    const { format, bytes, text } = data;
    if (handler === true) {
      this.#owner.keep(this.topic, item!, text ?? { [format]: bytes });
      return true;
    }
    const poke = { ...data, item: name, client: this.client };
    return asAnswer(await this.#owner.run(() => handler(poke)));
  }

  async #execute(bytes: Uint8Array): Promise<boolean> {
    const { execute } = this.topic;
    if (execute === undefined) return false;
    const command = this.#partner.unicode
      ? fromUtf16(bytes)
      : fromCodePage(bytes, ANSI);
    const { client } = this;
    return asAnswer(await this.#owner.run(() => execute({ command, client })));
  }

  #mayAdvise(name: string, format: string): boolean {
    const item = this.topic.item(name);
    if (item !== undefined) return item.advise && item.formats.includes(format);
    return this.topic.request !== undefined;
  }
}
