/**
 * A conversation in the window thread: posts messages, handles those of the
 * other side, and knows which side frees what. {@linkcode ClientWireConversation} and
 * {@linkcode ServerWireConversation} are its two ends.
 *
 * @module
 */

import { DDE, PostedMessage } from "./message.ts";
import { freeGlobal } from "../../io/memory/global_memory.ts";
import { dropAtom } from "./memory.ts";
import {
  type DdeEvent,
  type DdePartner,
  WM_DDE_TERMINATE,
} from "./protocol.ts";
import { user32 } from "../../win32/user32.ts";
import { user32Dde } from "../../win32/user32_dde.ts";
import { isWine } from "../../win32/wine.ts";

/** One end of a conversation. */
export abstract class WireConversation {
  /** Our window. */
  readonly handle: bigint;
  readonly #partner: DdePartner;
  readonly #emit: (event: DdeEvent) => void;
  readonly #copied: boolean;
  #over = false;
  #ending = false;

  /** Between the window `handle` and `partner`; `emit` receives the events. */
  constructor(
    handle: bigint,
    partner: DdePartner,
    emit: (event: DdeEvent) => void,
  ) {
    this.handle = handle;
    this.#partner = partner;
    this.#emit = emit;
    this.#copied = partner.pid !== Deno.pid && isWine();
  }

  /** The window at the other end. */
  get partner(): DdePartner {
    return this.#partner;
  }

  /** Whether at least one side has ended it. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether it was ended here and the other side has not confirmed it. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Handles a posted message of the other side. Malformed ones are ignored. */
  take(message: number, lParam: bigint): void {
    if (this.#over && !this.#ending) return;
    if (message === WM_DDE_TERMINATE) {
      return this.#ending ? this.confirm() : this.#finish();
    }
    const posted = PostedMessage.of(message, lParam);
    if (posted !== undefined) this.handleMessage(posted);
  }

  /**
   * Ends it, and notifies the other side, but not our own. Messages that the
   * other side has already posted still arrive. Until it confirms, their memory
   * and atoms are ours to free (Microsoft: WM_DDE_TERMINATE).
   */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#ending = this.post(WM_DDE_TERMINATE, 0n, 0n);
    if (!this.#ending) this.forget();
  }

  /** The other side has confirmed the end, or will not be waited for any longer. */
  confirm(): void {
    if (!this.#ending) return;
    this.#ending = false;
    this.forget();
  }

  /** Handles a message. After the end, it only frees what the message carries. */
  protected abstract handleMessage(posted: PostedMessage): void;

  /** Frees the memory and the atoms of pending transactions. */
  protected abstract forget(): void;

  /** Reports an event, unless the conversation has ended. */
  protected emit(event: DdeEvent): void {
    if (!this.#over) this.#emit(event);
  }

  /**
   * Posts a message. Returns false, and ends the conversation, if the other
   * window no longer exists.
   */
  protected post(message: number, low: bigint, high: bigint): boolean {
    const { raw } = user32Dde();
    const lParam = message === WM_DDE_TERMINATE
      ? 0n
      : raw.PackDDElParam(message, low, high);
    const { handle } = this.#partner;
    if (user32().raw.PostMessageW(handle, message, this.handle, lParam) !== 0) {
      return true;
    }
    raw.FreeDDElParam(message, lParam);
    if (user32().raw.IsWindow(handle) === 0 && !this.#over) this.#lose();
    return false;
  }

  /** Acknowledges with the atom or memory of the answered message. */
  protected acknowledge(status: number, what: bigint): boolean {
    return this.post(DDE.ack, BigInt(status), what);
  }

  /**
   * Frees memory of a message if Windows' rules for DDE say that it is ours to
   * free: `documented`. Windows copies such memory between processes and frees
   * the copies itself; Wine copies it and leaves each process its own.
   */
  protected release(memory: bigint, documented: boolean): void {
    if (documented || this.#copied) freeGlobal(memory);
  }

  /** Releases the atom of a message that is not answered. */
  protected drop(atom: bigint): void {
    dropAtom(Number(atom & 0xffffn));
  }

  #finish(): void {
    this.#over = true;
    this.post(WM_DDE_TERMINATE, 0n, 0n);
    this.#lose();
  }

  #lose(): void {
    this.#over = true;
    this.forget();
    this.#emit({ event: "ended" });
  }
}
