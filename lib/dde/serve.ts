/**
 * A DDE server.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import type {
  DdeEvent,
  DdePartner,
  DdeSettings,
  DdeWindowEvent,
} from "./wire/protocol.ts";
import { openWindow, type OwnWindow } from "../window/mod.ts";
import { ServerConversation } from "./server_conversation.ts";
import { checkValue, copyValue, type DdeValue } from "./data.ts";
import { checkDdeName, keyOf } from "./names.ts";
import {
  checkServing,
  type DdeClient,
  type ServeDdeOptions,
} from "./serve_options.ts";
import { type Item, type Topic, topicsOf } from "./server_topics.ts";

/**
 * Serves `service`: its topics, and their items, which clients request, poke
 * and watch. Topics also take commands. Clients can find it when this function
 * returns. Searches for any service or any topic are answered with all that
 * match. A topic that does not exist gets no answer, which is how DDE refuses a
 * conversation. Several programs may serve the same name.
 *
 * Answers `WM_DDE_INITIATE` and what follows with hidden windows in a Worker.
 * It needs the same permissions as `listenMessages()`: `--allow-ffi` without a
 * path, and `--allow-read` for winipc's folder `lib`.
 *
 * @throws {Deno.errors.NotCapable} without these permissions
 * @throws {TypeError} for a bad name, value or option; {@linkcode RangeError}
 * for one out of range
 *
 * @example
 * ```ts
 * import { serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", {
 *   topics: {
 *     prices: {
 *       items: { apple: "1.20", pear: { value: "0.90", poke: true } },
 *       execute: ({ command }) => command === "[Reload]",
 *     },
 *   },
 * });
 * server.publish("prices", "apple", "1.30");
 * ```
 */
export function serveDde(
  service: string,
  options: ServeDdeOptions,
): DdeServer {
  checkServing(service, options);
  useNative("dde");
  return new DdeServer(service, options);
}

/**
 * Serves DDE. Made by {@linkcode serveDde}.
 *
 * @example
 * ```ts
 * import { connectDde, serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", {
 *   topics: { prices: { items: { apple: "1.20" } } },
 * });
 * await using shop = await connectDde("shop", "prices"); // in another process
 * console.log(server.topics, server.clients.length);
 * server.publish("prices", "apple", "1.30");
 * console.log((await shop.request("apple")).text); // 1.30
 * ```
 */
export class DdeServer implements Disposable, AsyncDisposable {
  /** The name of the service. */
  readonly service: string;
  readonly #options: Omit<ServeDdeOptions, "topics">;
  readonly #topics: Map<string, Topic>;
  readonly #window: OwnWindow;
  readonly #links = new Map<bigint, ServerConversation>();
  #refed = true;
  #closed = false;

  /** Use {@linkcode serveDde}. */
  constructor(service: string, options: ServeDdeOptions) {
    this.service = service;
    // By name, because they may be inherited.
    const { answerTimeout, onConnect, onAdvise } = options;
    const { onDisconnect, onError } = options;
    this.#options = {
      answerTimeout,
      onConnect,
      onAdvise,
      onDisconnect,
      onError,
    };
    this.#topics = topicsOf(options.topics, options.help ?? "");
    const topics = this.topics;
    this.#window = openWindow(`Cannot serve ${quote(service)}`, {
      title: "",
      className: "winipc.dde.server",
      messageOnly: false,
      allowLowerIntegrity: options.allowLowerIntegrity ?? false,
      handler: "dde",
      settings: { services: [{ service, topics }] } satisfies DdeSettings,
    }, {
      onEvent: (event) => {
        if (event.type === "event") {
          const dde = event.event as DdeWindowEvent;
          this.#handle(dde.conversation, dde.event);
        } else if (event.type === "error") {
          this.#report(new Error(`A message is lost: ${event.reason}`));
        }
      },
      onError: (error) => {
        for (const link of this.#links.values()) link.ended();
        this.#report(error);
        this.#finish();
      },
    });
    this.#window.keep();
    this.#window.hold();
  }

  /** The names of its topics, including `System`. */
  get topics(): string[] {
    return [...this.#topics.values()].map(({ name }) => name);
  }

  /** The open conversations. */
  get clients(): DdeClient[] {
    return [...this.#links.values()].map(({ client }) => client);
  }

  /**
   * Changes `item` to `value`, and sends it to all clients that watch it.
   * Without `value`, the item's handler provides the data. Returns the number
   * of advise loops, hot and warm. Creates the item if it does not exist.
   *
   * Throws {@linkcode Deno.errors.NotFound} for a topic that does not exist, or
   * an item without a value; {@linkcode Deno.errors.BadResource} when closed; a
   * `TypeError` for a bad value.
   */
  publish(topic: string, item: string, value?: DdeValue): number {
    checkDdeName("item", item);
    if (value !== undefined) checkValue(value);
    if (this.#closed) throw this.#closedError();
    const about = this.#topics.get(keyOf(topic));
    if (about === undefined) {
      throw new Deno.errors.NotFound(
        `Cannot publish ${quote(item)}: there is no topic ${quote(topic)}`,
      );
    }
    const known = about.item(item);
    if (known === undefined && value === undefined) {
      if (about.request === undefined) {
        throw new Deno.errors.NotFound(
          `Cannot publish ${quote(item)}: give a value, there is none yet`,
        );
      }
      return this.#notifyClients(about, item);
    }
    const target = known ?? about.add(item, {});
    if (value !== undefined) target.value = copyValue(value);
    return this.#notifyClients(about, item);
  }

  /** Keeps the program alive while the server is open; this is the default. */
  ref(): void {
    if (this.#refed || this.#closed) return;
    this.#refed = true;
    this.#window.hold();
  }

  /** Lets the program end while the server is open. */
  unref(): void {
    if (!this.#refed || this.#closed) return;
    this.#refed = false;
    this.#window.release();
  }

  /**
   * Ends all conversations and the service. The server's window stays until the
   * clients confirm the end, for 1 s at most. Safe to call twice.
   */
  close(): void {
    for (const link of this.#links.values()) link.end();
    this.#finish();
    this.#window.close();
  }

  /** Closes the server, like {@linkcode DdeServer.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the server and waits until its window is destroyed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }

  #handle(conversation: bigint, event: DdeEvent): void {
    if (event.event === "connected") {
      return this.#connect(conversation, event.partner);
    }
    const link = this.#links.get(conversation);
    if (link === undefined) return;
    switch (event.event) {
      case "asked":
        return link.asked(event.transactionId, event.asked);
      case "acknowledged":
        return link.acknowledged(event.item);
      case "ended":
        link.ended();
        return this.#left(conversation, link);
    }
  }

  #connect(conversation: bigint, partner: DdePartner): void {
    const topic = this.#topics.get(keyOf(partner.topic));
    if (topic === undefined || this.#closed) return;
    const link = new ServerConversation(
      this.#window,
      conversation,
      partner,
      topic,
      {
        run: (handler) => this.#run(handler),
        report: (error) => this.#report(error),
        keep: (topic, item, value) => this.#keep(topic, item, value),
        watched: ({ client }, item) => {
          this.#call(() => this.#options.onAdvise?.(client, item));
        },
        left: (link) => this.#left(conversation, link),
      },
    );
    this.#links.set(conversation, link);
    const accepted = this.#call(() => this.#options.onConnect?.(link.client));
    if (accepted !== false) return;
    this.#links.delete(conversation);
    link.end();
  }

  #left(conversation: bigint, link: ServerConversation): void {
    if (this.#links.get(conversation) !== link) return;
    this.#links.delete(conversation);
    this.#call(() => this.#options.onDisconnect?.(link.client));
  }

  #keep(topic: Topic, item: Item, value: DdeValue): void {
    item.value = value;
    this.#notifyClients(topic, item.name);
  }

  #notifyClients(topic: Topic, item: string): number {
    let count = 0;
    for (const link of this.#links.values()) {
      if (link.topic === topic) count += link.changed(item);
    }
    return count;
  }

  /** Runs a handler; one that takes too long counts as busy. */
  async #run<T>(handler: () => T | Promise<T>): Promise<T> {
    const { answerTimeout = 10_000 } = this.#options;
    const answer = handler();
    if (!(answer instanceof Promise)) return answer;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Deno.errors.Busy("The handler takes too long")),
      answerTimeout,
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #call<T>(callback: () => T): T | undefined {
    try {
      return callback();
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  #report(error: unknown): void {
    try {
      // deno-lint-ignore no-console -- an onError replaces this.
      (this.#options.onError ?? console.error)(error);
    } catch (another) {
      // deno-lint-ignore no-console -- there is no one else to notify.
      console.error(another);
    }
  }

  #finish(): void {
    if (this.#closed) return;
    if (this.#refed) this.#window.release();
    this.#closed = true;
    this.#links.clear();
  }

  #closedError(): Error {
    return new Deno.errors.BadResource(
      `The server of ${quote(this.service)} is closed`,
    );
  }
}
