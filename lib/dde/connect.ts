/**
 * Finding DDE servers, and connecting to one.
 *
 * @module
 */

import { checkBoolean } from "../io/checks.ts";
import { quote } from "../io/format.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { LONG_DELAYS, retry } from "../io/wait/retry.ts";
import { onAbort } from "../io/wait/on_abort.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import type {
  DdeEvent,
  DdePartner,
  DdeSettings,
  DdeWindowEvent,
} from "./wire/protocol.ts";
import { openWindow, type OwnWindow, type WindowEvent } from "../window/mod.ts";
import { DdeConversation } from "./client_conversation.ts";
import { checkDdeName } from "./names.ts";
import { noServer } from "./errors.ts";
import { requestDde } from "./window_request.ts";

/** The options of {@linkcode connectDde}. */
export interface ConnectDdeOptions {
  /**
   * Waits for the server if it does not run yet, instead of failing with
   * `NotFound`. It searches every few milliseconds, and later less often.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
  /**
   * How long to search for the server, in ms. Programs that do not respond take
   * up to a second each.
   *
   * @default {10000}
   */
  timeout?: number | undefined;
  /**
   * Lets servers of a lower integrity level answer, which matters if this
   * program runs as administrator and the server, such as Excel, does not. This
   * corresponds to `ChangeWindowMessageFilterEx`.
   *
   * @default {false}
   */
  allowLowerIntegrity?: boolean | undefined;
  /** Cancels the search. */
  signal?: AbortSignal | undefined;
}

/** The options of {@linkcode listDdeServices}. */
export interface DdeServicesOptions extends WaitOptions {
  /**
   * How long to search, in ms. Programs that do not respond take up to a second
   * each.
   *
   * @default {10000}
   */
  timeout?: number | undefined;
  /**
   * Lets servers of a lower integrity level answer, as in
   * {@linkcode ConnectDdeOptions}.
   *
   * @default {false}
   */
  allowLowerIntegrity?: boolean | undefined;
}

/** A topic of a service, as returned by {@linkcode listDdeServices}. */
export interface DdeServiceTopic {
  /** The service. */
  readonly service: string;
  /** The topic. */
  readonly topic: string;
  /** The process id of its server. */
  readonly pid: number;
}

const DEFAULT_TIMEOUT = 10_000;

/**
 * Starts a conversation about `topic` with the server of `service`; case does
 * not matter. Null means any service, or any topic: the first server that
 * answers is taken, and its answer has the names.
 *
 * Sends `WM_DDE_INITIATE` to all programs of the desktop, from a hidden window
 * in a Worker. Services, and sessions of SSH or WinRM, cannot reach the user's
 * programs. It needs the same permissions as `listenMessages()`: `--allow-ffi`
 * without a path, and `--allow-read` for winipc's folder `lib`.
 *
 * @throws {Deno.errors.NotFound} when no server answers
 * @throws {Deno.errors.NotCapable} without these permissions
 * @throws {TypeError} for a name that is empty or contains a NUL
 * @throws {RangeError} for a name of more than 255 characters
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { connectDde, serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", { // in another process
 *   topics: { prices: { items: { apple: "1.20" } } },
 * });
 * await using shop = await connectDde("shop", "prices");
 * console.log((await shop.request("apple")).text); // 1.20
 * ```
 */
export async function connectDde(
  service: string | null,
  topic: string | null,
  options: ConnectDdeOptions = {},
): Promise<DdeConversation> {
  const { waitForPeer = false, timeout = DEFAULT_TIMEOUT } = options;
  const { allowLowerIntegrity = false } = options;
  const action = `Cannot connect to ${describe(service, topic)}`;
  const wait = withTimeoutMessage(
    { signal: options.signal, timeout },
    () => `${action}: no server answered`,
  );
  checkNames(service, topic);
  checkBoolean("waitForPeer", waitForPeer);
  checkBoolean("allowLowerIntegrity", allowLowerIntegrity);
  checkWait(wait);
  useNative("dde");
  return await retry(wait, LONG_DELAYS, async (left) => {
    const search = new Search(action, allowLowerIntegrity);
    const [partner] = await search.run(service, topic, false, left);
    if (partner !== undefined) return search.converse(partner);
    search.close();
    if (!waitForPeer) throw noServer(action);
  });
}

/**
 * Finds DDE servers: every topic of every service that answers, or only those
 * of `service` or `topic`. Many servers list all their topics only if you name
 * the service, and some only through the topic "System".
 *
 * @throws {Deno.errors.NotCapable} without the permissions that {@linkcode
 * connectDde} needs
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { listDdeServices, serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", { topics: { prices: {} } });
 * console.table(await listDdeServices("shop"));
 * ```
 */
export async function listDdeServices(
  service: string | null = null,
  topic: string | null = null,
  options: DdeServicesOptions = {},
): Promise<DdeServiceTopic[]> {
  const { signal, timeout = DEFAULT_TIMEOUT } = options;
  const { allowLowerIntegrity = false } = options;
  const action = "Cannot look for DDE servers";
  const wait = withTimeoutMessage(
    { signal, timeout },
    () => `${action}: not all programs that were asked answered`,
  );
  checkNames(service, topic);
  checkBoolean("allowLowerIntegrity", allowLowerIntegrity);
  checkWait(wait);
  useNative("dde");
  const search = new Search(action, allowLowerIntegrity);
  const found = await search.run(service, topic, true, wait);
  search.close();
  return found.map(({ service, topic, pid }) => ({ service, topic, pid }));
}

/** A search for servers. Its window becomes that of the conversation. */
class Search {
  readonly #window: OwnWindow;
  #onEvent: (event: WindowEvent) => void;
  #onError: (error: Error) => void;
  readonly #initiated = Promise.withResolvers<readonly DdePartner[]>();
  /**
   * Events that the server sent together with its answer, such as the end of
   * the conversation.
   */
  readonly #early: DdeEvent[] = [];

  constructor(action: string, allowLowerIntegrity: boolean) {
    this.#onEvent = (event) => {
      if (event.type === "error") {
        this.#initiated.reject(new Error(`${action}: ${event.reason}`));
      }
      if (event.type !== "event") return;
      const { event: inner } = event.event as DdeWindowEvent;
      if (inner.event !== "initiated") this.#early.push(inner);
      else this.#initiated.resolve(inner.found);
    };
    this.#onError = (error) => this.#initiated.reject(error);
    this.#window = openWindow(action, {
      title: "",
      className: "winipc.dde",
      messageOnly: true,
      allowLowerIntegrity,
      handler: "dde",
      settings: { services: [] } satisfies DdeSettings,
    }, {
      onEvent: (event) => this.#onEvent(event),
      onError: (error) => this.#onError(error),
    });
    this.#window.keep();
  }

  /** The servers that answer. Closes when it is aborted. */
  async run(
    service: string | null,
    topic: string | null,
    all: boolean,
    wait: WaitOptions,
  ): Promise<readonly DdePartner[]> {
    const window = this.#window;
    const { timeout = DEFAULT_TIMEOUT } = wait;

    requestDde(window, {
      type: "dde initiate",
      conversation: window.handle,
      service,
      topic,
      all,
      timeout,
    });
    window.hold();
    const disarm = onAbort(wait, this.#initiated.reject);
    try {
      return await this.#initiated.promise;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      disarm();
      window.release();
    }
  }

  /** Continues with one server. */
  converse(partner: DdePartner): DdeConversation {
    const conversation = new DdeConversation(this.#window, partner);
    this.#onEvent = (event) => {
      if (event.type === "event") {
        conversation.handle((event.event as DdeWindowEvent).event);
      }
    };
    this.#onError = (error) => conversation.fail(error);
    for (const event of this.#early) conversation.handle(event);
    return conversation;
  }

  close(): void {
    this.#window.close();
  }
}

function checkNames(service: unknown, topic: unknown): void {
  if (service !== null) checkDdeName("service", service);
  if (topic !== null) checkDdeName("topic", topic);
}

function describe(service: string | null, topic: string | null): string {
  const [server, subject] = [service, topic].map((name) =>
    name === null ? "any" : quote(name)
  );
  return `the DDE service ${server}, topic ${subject}`;
}
