/**
 * The advise loops of a client: receives the changes of the items that it watches.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import { AsyncQueue } from "../io/wait/async_queue.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { isTextFormat } from "../window/clipboard_formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import type { DdeFormatOptions } from "./conversation_options.ts";
import type { DdeData } from "./data.ts";
import { keyOf } from "./names.ts";

/** The options of `DdeConversation.advise()`. */
export interface AdviseOptions extends DdeFormatOptions {
  /**
   * Leaves the data out of updates; request it if you want it. This corresponds
   * to `XTYPF_NODATA`.
   *
   * @default {false}
   */
  warm?: boolean | undefined;
}

/** A change of an item. */
export interface DdeUpdate {
  /** The item. */
  readonly item: string;
  /** Its data; undefined in a warm link. */
  readonly data: DdeData | undefined;
}

/**
 * The changes of an item. Made by `DdeConversation.advise()`.
 *
 * @example
 * ```ts
 * import { connectDde, serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", { // in another process
 *   topics: { prices: { items: { apple: "1.20" } } },
 * });
 * await using shop = await connectDde("shop", "prices");
 * await using changes = await shop.advise("apple");
 * server.publish("prices", "apple", "1.30");
 * const { item, data } = await changes.receive({ timeout: 5000 });
 * console.log(item, data?.text);
 * ```
 */
export class DdeAdviseLoop
  implements AsyncIterable<DdeUpdate>, Disposable, AsyncDisposable {
  /** The item. */
  readonly item: string;
  /** The format of the data, by its name. */
  readonly format: string;
  /** Whether updates come without data. */
  readonly warm: boolean;
  readonly #inbox: AsyncQueue<DdeUpdate>;
  readonly #stop: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  /** Use `DdeConversation.advise()`. */
  constructor(
    window: OwnWindow,
    item: string,
    format: string,
    warm: boolean,
    stop: () => Promise<void>,
  ) {
    this.item = item;
    this.format = format;
    this.warm = warm;
    this.#inbox = new AsyncQueue(
      () => `Cannot receive updates of ${quote(item)}: none came`,
      window,
    );
    this.#stop = stop;
  }

  /**
   * Takes the next update, or waits for one.
   *
   * Throws the signal's reason; a `TimeoutError`; {@linkcode
   * Deno.errors.BrokenPipe} when the server has ended the conversation;
   * {@linkcode Deno.errors.BadResource} when this or the conversation is or
   * gets closed.
   */
  async receive(options: WaitOptions = {}): Promise<DdeUpdate> {
    return await this.#inbox.take(options);
  }

  /** Yields updates until the advice or the conversation is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<DdeUpdate, void, void> {
    return this.#inbox.all();
  }

  /** Keeps the program alive while a wait is pending; this is the default. */
  ref(): void {
    this.#inbox.setRef(true);
  }

  /** Lets the program end while a wait is pending. */
  unref(): void {
    this.#inbox.setRef(false);
  }

  /** Ends the advise loop; pending waits reject. Safe to call twice. */
  close(): void {
    this.end(
      new Deno.errors.BadResource(`The advice on "${this.item}" is closed`),
    );
    this.#stopped ??= this.#stop();
  }

  /** Ends the advise loop, like {@linkcode DdeAdviseLoop.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Ends the advise loop, and waits until the server knows. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#stopped;
  }

  /**
   * Takes an update of its item.
   *
   * @ignore
   */
  push(data: DdeData | undefined): void {
    this.#inbox.push({ item: this.item, data });
  }

  /**
   * Ends the series of updates.
   *
   * @ignore
   */
  end(reason: unknown): void {
    this.#inbox.end(reason);
  }
}

/** An advise loop that is being established. */
export interface PendingAdviseLoop {
  /** The item. */
  readonly item: string;
  /** The format that the server is asked for. */
  format: string;
  /** The updates that have arrived together with the server's consent. */
  readonly early: DdeUpdate[];
}

/**
 * Passes each update to the advise loops of its item, including those still
 * being established.
 */
export class AdviseLoops {
  readonly #all = new Set<DdeAdviseLoop>();
  readonly #pending = new Set<PendingAdviseLoop>();

  /**
   * Whether there is one for an item in this format, established or pending;
   * undefined means any format of text.
   */
  covers(item: string, format: string | undefined): boolean {
    return [...this.#all, ...this.#pending].some((loop) =>
      keyOf(loop.item) === keyOf(item) &&
      (format === undefined
        ? isTextFormat(loop.format)
        : format === loop.format)
    );
  }

  /** Asks the server for one, which {@linkcode AdviseLoops.add} then adds. */
  async asking(
    pending: PendingAdviseLoop,
    ask: () => Promise<unknown>,
  ): Promise<void> {
    this.#pending.add(pending);
    try {
      await ask();
    } catch (error) {
      this.#pending.delete(pending);
      throw error;
    }
  }

  /** Adds one that was pending, with the updates that have already arrived. */
  add(loop: DdeAdviseLoop, pending: PendingAdviseLoop): void {
    this.#pending.delete(pending);
    this.#all.add(loop);
    for (const { item, data } of pending.early) {
      if (this.#takersOf(item, data).includes(loop)) loop.push(data);
    }
  }

  /** Removes one. */
  delete(loop: DdeAdviseLoop): void {
    this.#all.delete(loop);
  }

  /** Delivers a change of an item. */
  update(item: string, data: DdeData | undefined): void {
    for (const loop of this.#takersOf(item, data)) loop.push(data);
    for (const { early } of this.#pending) early.push({ item, data });
  }

  /**
   * The advise loops for an update. Many servers send `CF_TEXT` whatever format
   * was requested (Microsoft, KB 107980). So text in another format goes to
   * those that want text, if none wants exactly this format.
   */
  #takersOf(item: string, data: DdeData | undefined): DdeAdviseLoop[] {
    const about = [...this.#all].filter((loop) =>
      keyOf(loop.item) === keyOf(item)
    );
    const warm = about.filter((loop) => loop.warm);
    if (data === undefined) return warm;
    const hot = about.filter((loop) => !loop.warm);
    const exact = hot.filter(({ format }) => format === data.format);
    if (exact.length > 0 || !isTextFormat(data.format)) {
      return [...warm, ...exact];
    }
    return [...warm, ...hot.filter(({ format }) => isTextFormat(format))];
  }

  /** Ends all. */
  end(reason: unknown): void {
    for (const loop of [...this.#all]) loop.end(reason);
    this.#all.clear();
  }
}
