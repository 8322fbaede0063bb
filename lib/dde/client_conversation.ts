/**
 * A client's conversation with a DDE server.
 *
 * @module
 */

import { checkBoolean, checkString } from "../io/checks.ts";
import { quote, shown } from "../io/format.ts";
import { checkWait } from "../io/wait/wait_options.ts";
import {
  DDE_FACK,
  DDE_FBUSY,
  type DdeEvent,
  type DdePartner,
  type DdeTransaction,
} from "./wire/protocol.ts";
import {
  checkFormat,
  formatId,
  formatName,
} from "../window/clipboard_formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import { toUtf16 } from "../win32/utf16.ts";
import {
  AdviseLoops,
  type AdviseOptions,
  DdeAdviseLoop,
  type PendingAdviseLoop,
} from "./client_advise_loop.ts";
import { ANSI, toCodePage } from "./code_page.ts";
import type {
  DdeFormatOptions,
  ExecuteOptions,
} from "./conversation_options.ts";
import {
  asData,
  checkPoked,
  type DdeData,
  encodeText,
  TEXT_FORMATS,
} from "./data.ts";
import { checkDdeName } from "./names.ts";
import { refusal, serverGone } from "./errors.ts";
import { watchPartner } from "./partner_exit.ts";
import { type Answer, Transactions } from "./client_transactions.ts";
import { requestDde } from "./window_request.ts";

const DEFAULT_TIMEOUT = 10_000;
/** Servers that treat any text as `CF_TEXT` would read "n" for "new" in UTF-16. */
const ANSI_FIRST = TEXT_FORMATS.toReversed();

/**
 * A conversation. Made by `connectDde()`.
 *
 * @example
 * ```ts
 * import { connectDde, serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", { // in another process
 *   topics: { prices: { items: { pear: { value: "0.90", poke: true } } } },
 * });
 * await using shop = await connectDde("shop", "prices");
 * await shop.poke("pear", "0.95");
 * console.log((await shop.request("pear")).text); // 0.95
 * ```
 */
export class DdeConversation implements Disposable, AsyncDisposable {
  /** The service that answers. Its case may differ from the requested name. */
  readonly service: string;
  /** The topic, in the server's case. */
  readonly topic: string;
  /** The process id of the server. */
  readonly pid: number;
  readonly #window: OwnWindow;
  readonly #partner: DdePartner;
  readonly #transactions: Transactions;
  readonly #adviseLoops = new AdviseLoops();
  readonly #unwatchPartner: () => void;

  /** Use `connectDde()`. */
  constructor(window: OwnWindow, partner: DdePartner) {
    const { service, topic, pid } = partner;
    this.service = service;
    this.topic = topic;
    this.pid = pid;
    this.#window = window;
    this.#partner = partner;
    this.#transactions = new Transactions(window);
    const gone = () => this.handle({ event: "ended" });
    this.#unwatchPartner = watchPartner(window.handle, partner, gone);
  }

  /**
   * Requests the data of `item`.
   *
   * Throws {@linkcode Deno.errors.PermissionDenied} when the server refuses it,
   * {@linkcode Deno.errors.Busy} when it is busy, {@linkcode
   * Deno.errors.BrokenPipe} when it has ended the conversation, {@linkcode
   * Deno.errors.BadResource} when it was closed here; a `TypeError` or
   * `RangeError` for a bad argument; the signal's reason, or a `TimeoutError`.
   */
  async request(
    item: string,
    options: DdeFormatOptions = {},
  ): Promise<DdeData> {
    checkDdeName("item", item);
    const action = `Cannot request ${quote(item)} of ${this.#what}`;
    const transaction = (format: number): DdeTransaction => ({
      does: "request",
      item,
      format,
    });
    const { data } = await this.#inFormats(action, transaction, options);
    return data!;
  }

  /**
   * Sends the server new data for `item`: text, or bytes, which need a
   * `format`. Without a `format`, text of ASCII characters is offered as
   * `CF_TEXT` first, which the oldest servers understand, and other text as
   * UTF-16. Throws the same errors as {@linkcode DdeConversation.request}.
   */
  async poke(
    item: string,
    value: string | Uint8Array,
    options: DdeFormatOptions = {},
  ): Promise<void> {
    checkDdeName("item", item);
    const { format } = options;
    checkPoked(value, format);
    const action = `Cannot poke ${quote(item)} of ${this.#what}`;
    const ascii = typeof value === "string" && isAscii(value);
    // The caller may change the bytes while earlier transactions run, and the
    // window's thread would get the whole buffer of a view.
    const data = typeof value === "string" ? value : new Uint8Array(value);
    const transaction = (format: number, name: string): DdeTransaction => ({
      does: "poke",
      item,
      format,
      bytes: typeof data === "string" ? encodeText(data, name) : data,
    });
    await this.#inFormats(
      action,
      transaction,
      options,
      ascii ? ANSI_FIRST : TEXT_FORMATS,
    );
  }

  /**
   * Makes the server execute a command, such as `[CreateGroup(Tools)]`. Throws
   * the same errors as {@linkcode DdeConversation.request}.
   */
  async execute(command: string, options: ExecuteOptions = {}): Promise<void> {
    checkString("command", command);
    const encoding = options.encoding ??
      (this.#partner.unicode ? "utf-16le" : "ansi");
    if (encoding !== "utf-16le" && encoding !== "ansi") {
      throw new TypeError(
        `Invalid encoding ${shown(encoding)}: give "utf-16le" or "ansi"`,
      );
    }
    const action = `Cannot execute ${quote(command)} at ${this.#what}`;
    const bytes = () =>
      encoding === "utf-16le" ? toUtf16(command) : toCodePage(command, ANSI);
    const { signal, timeout = DEFAULT_TIMEOUT } = options;
    const answer = await this.#transactions.run(
      action,
      () => ({ does: "execute", bytes: bytes() }),
      { signal, timeout },
    );
    this.#assertTaken(action, answer);
  }

  /**
   * Watches the changes of `item`. Resolves to a series of updates: with their
   * data (a hot link), or with `warm` without. Throws the same errors as
   * {@linkcode DdeConversation.request}.
   */
  async advise(
    item: string,
    options: AdviseOptions = {},
  ): Promise<DdeAdviseLoop> {
    checkDdeName("item", item);
    const { warm = false } = options;
    checkBoolean("warm", warm);
    const action = `Cannot watch ${quote(item)} of ${this.#what}`;
    const assertUnwatched = (format: string | undefined) => {
      if (!this.#adviseLoops.covers(item, format)) return;
      throw new TypeError(`${action}: it is watched already`);
    };
    assertUnwatched(options.format);
    const pending: PendingAdviseLoop = {
      item,
      format: options.format ?? TEXT_FORMATS[0]!,
      early: [],
    };
    const transaction = (id: number, name: string): DdeTransaction => {
      // A call since then may have taken the next format.
      if (name !== pending.format) assertUnwatched(name);
      pending.format = name;
      return { does: "advise", item, format: id, warm };
    };
    await this.#adviseLoops.asking(
      pending,
      () => this.#inFormats(action, transaction, options),
    );
    const { format } = pending;
    const loop = new DdeAdviseLoop(
      this.#window,
      item,
      format,
      warm,
      async () => {
        this.#adviseLoops.delete(loop);
        await this.#unadvise(item, format);
      },
    );
    const { over } = this.#transactions;
    this.#adviseLoops.add(loop, pending);
    if (over !== undefined) this.#adviseLoops.end(over);
    return loop;
  }

  /**
   * Ends the conversation; pending calls reject with `BadResource`. Its window
   * stays until the server confirms the end, for 1 s at most. Safe to call
   * twice.
   */
  close(): void {
    if (this.#transactions.over === undefined) {
      const conversation = this.#window.handle;
      requestDde(this.#window, { type: "dde end", conversation });
      this.#finish(
        new Deno.errors.BadResource(
          `The conversation with ${this.#what} is closed`,
        ),
      );
    }
    this.#window.close();
  }

  /** Ends the conversation, like {@linkcode DdeConversation.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Ends the conversation and waits until its window is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }

  /**
   * Receives the events of its window.
   *
   * @ignore
   */
  handle(event: DdeEvent): void {
    switch (event.event) {
      case "answered":
        return this.#transactions.answered(event);
      case "failed":
        return this.#transactions.failed(event);
      case "update": {
        const data = event.data &&
          asData(formatName(event.data.format), event.data.bytes);
        return this.#adviseLoops.update(event.item, data);
      }
      case "ended":
        this.#finish(serverGone(`Cannot talk to ${this.#what}`));
        return this.#window.close();
    }
  }

  /**
   * Its window is gone.
   *
   * @ignore
   */
  fail(error: Error): void {
    this.#finish(error);
  }

  get #what(): string {
    return `${quote(this.service)}, topic ${quote(this.topic)}`;
  }

  /** Tries the formats in order until the server accepts one. */
  async #inFormats(
    action: string,
    transaction: (format: number, name: string) => DdeTransaction,
    options: DdeFormatOptions,
    textFormats = TEXT_FORMATS,
  ): Promise<Answer> {
    const { format, signal, timeout = DEFAULT_TIMEOUT } = options;
    if (format !== undefined) checkFormat(format);
    const wait = { signal, timeout };
    checkWait(wait);
    const since = performance.now();
    const formats = format === undefined ? textFormats : [format];
    let answer: Answer | undefined;
    for (const name of formats) {
      answer = await this.#transactions.run(
        action,
        () => transaction(formatId(name), name),
        wait,
        since,
      );
      if ((answer.status & (DDE_FACK | DDE_FBUSY)) !== 0) break;
    }
    this.#assertTaken(action, answer!);
    return answer!;
  }

  async #unadvise(item: string, format: string): Promise<void> {
    if (this.#transactions.over !== undefined) return;
    const wait = { timeout: DEFAULT_TIMEOUT };
    try {
      await this.#transactions.run(
        `Cannot end the advice on ${quote(item)}`,
        () => ({ does: "unadvise", item, format: formatId(format) }),
        wait,
      );
    } catch {
      // A partner that does not answer, or has ended, sends nothing more
      // either.
    }
  }

  #assertTaken(action: string, { status }: Answer): void {
    if ((status & DDE_FACK) === 0) throw refusal(action, status);
  }

  #finish(reason: Error): void {
    if (this.#transactions.over !== undefined) return;
    this.#transactions.end(reason);
    this.#unwatchPartner();
    this.#adviseLoops.end(reason);
  }
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
