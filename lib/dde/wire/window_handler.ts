/**
 * DDE in the window thread: the messages between two windows.
 *
 * It does not use DDEML, Windows' library for these messages, because DDEML
 * waits for answers in its own message loop: a slow server would block this
 * thread, and with it all other windows, until its time is up. Programs that
 * use DDEML, Unicode or ANSI, are valid partners.
 *
 * @module
 */

import { ClientWireConversation } from "./client.ts";
import {
  searchServers,
  type ServerSearch,
  WM_DDE_INITIATE,
} from "./initiate.ts";
import { addAtom, atomName, dropAtom } from "./memory.ts";
import type {
  DdeEvent,
  DdeRequest,
  DdeService,
  DdeSettings,
  DdeWindowEvent,
} from "./protocol.ts";
import { ServerWireConversation } from "./server.ts";
import type { WireConversation } from "./conversation.ts";
import { DDE } from "./message.ts";
import { packAtoms, send } from "./send.ts";
import { isOfWine, partnerOf } from "./windows.ts";
import type {
  LoopWindow,
  WindowHandler,
  WindowHost,
} from "../../window/handler.ts";
import { user32 } from "../../win32/user32.ts";
import { user32Dde } from "../../win32/user32_dde.ts";

/** How long a client may take to receive our answer, in ms. */
const ANSWER_MS = 2000;
/** How long the other side may take to confirm the end of a conversation, in ms. */
const CONFIRM_MS = 1000;
const CONFIRM_TIMER = 1n;
const WM_TIMER = 0x113;
/** `WM_DDE_INITIATE` to `WM_DDE_EXECUTE`. */
const MESSAGES = Array.from(
  { length: DDE.execute - WM_DDE_INITIATE + 1 },
  (_, i) => WM_DDE_INITIATE + i,
);

/** The conversations of the thread. */
export class DdeWindowHandler implements WindowHandler {
  /** The messages of other windows end waits of a conversation. */
  readonly closesWhenIdle = true;
  readonly #host: WindowHost;
  readonly #conversations = new Map<bigint, WireConversation>();
  /** Those that were ended here and whose other side has not confirmed it. */
  readonly #ending = new Set<WireConversation>();
  readonly #searches = new Map<bigint, ServerSearch>();
  #lastId = 0;

  /** There is one for each window thread. */
  constructor(host: WindowHost) {
    this.#host = host;
  }

  /** All messages of DDE. */
  messages(): readonly number[] {
    return MESSAGES;
  }

  /** Handles a message of DDE, or of the timer, to one of its windows. */
  handle(
    window: LoopWindow,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint | undefined {
    if (message === WM_TIMER) this.#confirmTimedOut(window.handle, wParam);
    else if (!MESSAGES.includes(message)) return undefined;
    else this.#dispatch(window, message, wParam, lParam);
    return 0n;
  }

  #dispatch(
    window: LoopWindow,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): void {
    const sender = BigInt.asUintN(32, wParam);
    if (message === WM_DDE_INITIATE) {
      return this.#answerSearch(window, sender, lParam);
    }
    const search = this.#searches.get(window.handle);
    if (message === DDE.ack && search !== undefined) {
      return this.#found(window, search, sender, lParam);
    }
    // All others are posted; a sent one would point into another program's
    // memory.
    if (user32Dde().raw.InSendMessage() !== 0) return;
    const conversation = this.#conversationOf(window.handle, sender);
    conversation?.take(message, lParam);
    if (conversation !== undefined && !conversation.ending) {
      this.#ending.delete(conversation);
    }
  }

  /**
   * Ends the conversations of a window, or of a server's window. The program
   * has already ended those that it knows; others began while it was busy.
   */
  closeRequested({ handle, id }: LoopWindow): void {
    for (const [own, conversation] of this.#conversations) {
      const server = serverOf(this.#host.byHandle(own));
      if (own !== handle && server !== id) continue;
      this.#end(conversation);
      this.#drop(own);
      // Its own window was destroyed.
      if (own === handle && server !== undefined) {
        this.#emit(server, own, { event: "ended" });
      }
    }
  }

  /**
   * Whether conversations of a window, or of a server's window, wait for the
   * other side to confirm their end.
   */
  isEnding({ handle, id }: LoopWindow): boolean {
    return [...this.#ending].some((conversation) =>
      conversation.handle === handle ||
      serverOf(this.#host.byHandle(conversation.handle)) === id
    );
  }

  /** Processes a request of the program. */
  request(asked: unknown): void {
    const request = asked as DdeRequest;
    if (request.type === "dde initiate") return this.#initiate(request);
    const conversation = this.#conversations.get(request.conversation);
    if (conversation === undefined) return;
    switch (request.type) {
      case "dde end":
        this.#end(conversation);
        return this.#drop(request.conversation);
      case "dde start":
        if (conversation instanceof ClientWireConversation) {
          conversation.start(request.transactionId, request.transaction);
        }
        return;
      case "dde answer":
        if (conversation instanceof ServerWireConversation) {
          conversation.answer(
            request.transactionId,
            request.status,
            request.data,
          );
        }
        return;
      case "dde update":
        if (conversation instanceof ServerWireConversation) {
          conversation.update(
            request.item,
            request.data,
            request.acknowledging,
          );
        }
    }
  }

  /** Ends all conversations. */
  end(): void {
    for (const conversation of this.#conversations.values()) {
      this.#end(conversation);
    }
    this.#conversations.clear();
    for (const conversation of this.#ending) conversation.confirm();
    this.#ending.clear();
  }

  /** The conversation between a window of ours and one of another program's. */
  #conversationOf(
    handle: bigint,
    partner: bigint,
  ): WireConversation | undefined {
    const conversation = this.#conversations.get(handle);
    if (conversation?.partner.handle === partner) return conversation;
    return [...this.#ending].find((conversation) =>
      conversation.handle === handle &&
      conversation.partner.handle === partner
    );
  }

  /**
   * Ends a conversation, and waits for a limited time until the other side
   * confirms it.
   */
  #end(
    conversation: WireConversation,
  ): void {
    conversation.end();
    if (!conversation.ending) return;
    const { raw } = user32Dde();
    const timer = raw.SetTimer(
      conversation.handle,
      CONFIRM_TIMER,
      CONFIRM_MS,
      0n,
    );
    if (timer === 0n) conversation.confirm();
    else this.#ending.add(conversation);
  }

  #confirmTimedOut(handle: bigint, timer: bigint): void {
    user32Dde().raw.KillTimer(handle, timer);
    for (const conversation of this.#ending) {
      if (conversation.handle !== handle) continue;
      this.#ending.delete(conversation);
      conversation.confirm();
    }
  }

  /** Searches for servers, and reports those that have answered. */
  #initiate(request: DdeRequest & { type: "dde initiate" }): void {
    const { conversation, all } = request;
    const search: ServerSearch = { all, found: [] };
    this.#searches.set(conversation, search);
    try {
      searchServers(this.#host, request, search);
    } finally {
      this.#searches.delete(conversation);
    }
    const window = this.#host.byHandle(conversation);
    if (window === undefined) return;
    const { found } = search;
    this.#emit(window.id, conversation, { event: "initiated", found });
  }

  /** A server has answered our search. */
  #found(
    window: LoopWindow,
    search: ServerSearch,
    server: bigint,
    lParam: bigint,
  ): void {
    const atoms = [lParam & 0xffffn, lParam >> 16n & 0xffffn].map(Number);
    const [service, topic] = atoms.map(atomName);
    for (const atom of atoms) dropAtom(atom);
    if (service === undefined || topic === undefined) return;
    const partner = partnerOf(server, service, topic);
    if (partner === undefined) return;
    const emit = (event: DdeEvent) => {
      this.#emit(window.id, window.handle, event);
      if (event.event === "ended") this.#drop(window.handle);
    };
    const wine = isOfWine(server);
    const conversation = new ClientWireConversation(
      window.handle,
      partner,
      emit,
      wine,
    );
    const wanted = !search.all && search.found.length === 0 &&
      !window.closing;
    search.found.push(partner);
    if (wanted) this.#conversations.set(window.handle, conversation);
    else this.#end(conversation);
  }

  /** A client searches for servers. */
  #answerSearch(window: LoopWindow, client: bigint, lParam: bigint): void {
    const { services } = settingsOf(window);
    if (window.closing || user32().raw.IsWindow(client) === 0) return;
    const atoms = [lParam & 0xffffn, lParam >> 16n & 0xffffn].map(Number);
    const wanted = atoms.map((atom) => atom === 0 ? null : atomName(atom));
    for (const { service, topic } of pairs(services)) {
      if (!matches(wanted[0], service) || !matches(wanted[1], topic)) continue;
      // The last answer may have let the program close the server.
      if (window.closing) return;
      this.#accept(window, client, service, topic);
    }
  }

  #accept(
    window: LoopWindow,
    client: bigint,
    service: string,
    topic: string,
  ): void {
    const partner = partnerOf(client, service, topic);
    if (partner === undefined) return;
    const { allowLowerIntegrity } = window.options;
    let [first, second] = [0, 0];
    let handle: bigint;
    try {
      first = addAtom(service);
      second = addAtom(topic);
      ({ handle } = this.#host.open(--this.#lastId, {
        ...CONVERSATION_WINDOW,
        allowLowerIntegrity,
        settings: { services: [], server: window.id } satisfies DdeSettings,
      }));
    } catch (error) {
      for (const atom of [first, second]) if (atom !== 0) dropAtom(atom);
      throw error;
    }
    const conversation = new ServerWireConversation(
      handle,
      partner,
      (event) => {
        this.#emit(window.id, handle, event);
        if (event.event === "ended") this.#drop(handle);
      },
    );
    this.#conversations.set(handle, conversation);
    const lParam = packAtoms(first, second);
    const sent = send(
      ...[this.#host, client, DDE.ack, handle, lParam, ANSWER_MS] as const,
    );
    if (sent === "answered") {
      return this.#emit(window.id, handle, { event: "connected", partner });
    }
    for (const atom of [first, second]) dropAtom(atom);
    this.#end(conversation);
    this.#drop(handle);
  }

  /** Reports what happened in the conversation of our window `conversation`. */
  #emit(window: number, conversation: bigint, event: DdeEvent): void {
    const inner: DdeWindowEvent = { conversation, event };
    this.#host.emit({ type: "event", window, event: inner });
  }

  /** Removes a conversation; closes a window that was opened for it. */
  #drop(handle: bigint): void {
    this.#conversations.delete(handle);
    const window = this.#host.byHandle(handle);
    if (window !== undefined && window.id < 0) window.closing = true;
  }
}

/** Opens a window for the server's end. */
const CONVERSATION_WINDOW = {
  title: "",
  className: "winipc.dde",
  messageOnly: true,
  handler: "dde",
};

function settingsOf({ options }: LoopWindow): DdeSettings {
  return options.settings as DdeSettings;
}

function serverOf(window: LoopWindow | undefined): number | undefined {
  return window && settingsOf(window).server;
}

function* pairs(
  services: readonly DdeService[],
): Generator<{ service: string; topic: string }> {
  for (const { service, topics } of services) {
    for (const topic of topics) yield { service, topic };
  }
}

/**
 * Whether a name is the requested one; null means any, undefined an invalid
 * atom.
 */
function matches(wanted: string | null | undefined, name: string): boolean {
  return wanted === null ||
    wanted !== undefined && wanted.toLowerCase() === name.toLowerCase();
}
