/**
 * A client's conversation, at its server: processes the client's transactions
 * in order, and sends it the changes that it watches.
 *
 * @module
 */

import {
  DDE_FACK,
  DDE_FBUSY,
  DDE_FNOTPROCESSED,
  type DdeClientRequest,
  type DdePartner,
} from "./wire/protocol.ts";
import { formatName } from "../window/formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import { fromWide } from "../win32/wide.ts";
import { ANSI, fromCodePage } from "./code_page.ts";
import {
  asData,
  checkValue,
  type DdeData,
  type DdeValue,
  encodeValue,
} from "./data.ts";
import { keyOf } from "./name.ts";
import { watchPartner } from "./partner.ts";
import type { DdeClient } from "./serve_options.ts";
import { asAnswer, type Item, type Topic } from "./topics.ts";
import { requestDde } from "./request.ts";

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
  #watches: AdviseLink[] = [];
  #last: Promise<void> = Promise.resolve();
  #over = false;
  /**
   * Changes made before the client has its answer. The answer goes first,
   * because some clients mistake any message for it.
   */
  #later: Set<AdviseLink> | undefined;

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
    this.#unwatchPartner = watchPartner(conversation, partner, close);
  }

  /** Processes a transaction after the earlier ones. */
  asked(transactionId: number, asked: DdeClientRequest): void {
    this.#last = this.#last.then(() => this.#answer(transactionId, asked));
  }

  /** Sends a change; returns the number of advise loops. */
  changed(item: string): number {
    const watches = this.#watches.filter((watch) =>
      keyOf(watch.item) === keyOf(item)
    );
    for (const watch of watches) {
      if (this.#later === undefined) void this.#update(watch);
      else this.#later.add(watch);
    }
    return watches.length;
  }

  /** The client has an update. */
  acknowledged(item: string): void {
    for (const watch of this.#watches) {
      if (keyOf(watch.item) !== keyOf(item) || !watch.unacknowledged) continue;
      watch.unacknowledged = false;
      if (watch.changed) void this.#update(watch);
      return;
    }
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
    this.#watches = [];
  }

  async #answer(transactionId: number, asked: DdeClientRequest): Promise<void> {
    if (this.#over) return;
    const conversation = this.#conversation;
    const type = "dde answer";
    if (asked.asked === "poke") this.#later = new Set();
    try {
      const answer = await this.#decide(asked);
      const status = answer === false ? DDE_FNOTPROCESSED : DDE_FACK;
      requestDde(this.#window, {
        type,
        conversation,
        transactionId,
        status,
        ...(typeof answer === "object" ? { data: answer } : {}),
      });
      if (asked.asked === "advise" && status === DDE_FACK) this.#watch(asked);
    } catch (error) {
      const busy = error instanceof Deno.errors.Busy;
      if (!busy) this.#owner.report(error);
      const status = busy ? DDE_FBUSY : DDE_FNOTPROCESSED;
      requestDde(this.#window, {
        type,
        conversation,
        transactionId,
        status,
      });
    }
    const later = [...this.#later ?? []];
    this.#later = undefined;
    for (const watch of later) void this.#update(watch);
  }

  async #decide(
    asked: DdeClientRequest,
  ): Promise<boolean | { format: number; bytes: Uint8Array<ArrayBuffer> }> {
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
        return this.#mayWatch(asked.item, formatName(asked.format));
      case "unadvise":
        return this.#unwatchItem(asked.item, asked.format);
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
      ? fromWide(bytes)
      : fromCodePage(bytes, ANSI);
    const { client } = this;
    return asAnswer(await this.#owner.run(() => execute({ command, client })));
  }

  #mayWatch(name: string, format: string): boolean {
    const item = this.topic.item(name);
    if (item !== undefined) return item.advise && item.formats.includes(format);
    return this.topic.request !== undefined;
  }

  #watch(asked: DdeClientRequest & { asked: "advise" }): void {
    const { item, format: id } = asked;
    this.#unwatchItem(item, id);
    this.#watches.push(newWatch(asked));
    this.#owner.watched(this, item);
  }

  #unwatchItem(item: string | undefined, format: number): boolean {
    const before = this.#watches.length;
    this.#watches = this.#watches.filter((watch) =>
      item !== undefined && keyOf(watch.item) !== keyOf(item) ||
      format !== 0 && watch.id !== format
    );
    return this.#watches.length < before;
  }

  async #update(watch: AdviseLink): Promise<void> {
    if (watch.unacknowledged) {
      watch.changed = true;
      return;
    }
    watch.changed = false;
    const { item, format, id, warm, acknowledging } = watch;
    const conversation = this.#conversation;
    const type = "dde update";
    if (warm) {
      requestDde(this.#window, {
        type,
        conversation,
        item,
        data: undefined,
        acknowledging,
      });
      return;
    }
    watch.unacknowledged = acknowledging;
    const known = this.topic.item(item);
    const plain = known !== undefined && known.request === undefined
      ? known.value
      : undefined;
    try {
      // Existing data is sent at once, so that changes stay in order.
      const bytes = plain === undefined
        ? await this.#render(item, format)
        : encodeValue(plain, format);
      if (bytes === undefined || this.#over || !this.#watches.includes(watch)) {
        watch.unacknowledged = false;
        return;
      }
      const data = { format: id, bytes: new Uint8Array(bytes) };
      requestDde(this.#window, {
        type,
        conversation,
        item,
        data,
        acknowledging,
      });
    } catch (error) {
      watch.unacknowledged = false;
      this.#owner.report(error);
    }
  }
}

/** An advise loop, at its server. */
interface AdviseLink {
  readonly item: string;
  /** The format's name … */
  readonly format: string;
  /** … and its number. */
  readonly id: number;
  /** Whether updates come without their data. */
  readonly warm: boolean;
  /** Whether the client acknowledges each. */
  readonly acknowledging: boolean;
  /** Whether an update is not yet acknowledged, … */
  unacknowledged: boolean;
  /** … and whether there was another change meanwhile. */
  changed: boolean;
}

/** The loop that a client asks for. */
function newWatch(
  { item, format, warm, acknowledging }: DdeClientRequest & { asked: "advise" },
): AdviseLink {
  return {
    item,
    format: formatName(format),
    id: format,
    warm,
    acknowledging,
    unacknowledged: false,
    changed: false,
  };
}
