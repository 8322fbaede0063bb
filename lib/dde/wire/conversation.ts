/**
 * A conversation, on the window's thread: posts messages, takes those of the
 * other side, and knows who frees what. {@linkcode ClientTalk} and
 * {@linkcode ServerTalk} are its two ends.
 *
 * @module
 */

import { PostedMessage } from "./message.ts";
import { dropAtom, freeGlobal } from "./memory.ts";
import {
  type DdeEvent,
  type DdePartner,
  WM_DDE_TERMINATE,
} from "./protocol.ts";
import { user32 } from "../../win32/user32.ts";
import { user32Dde } from "../../win32/user32_dde.ts";
import { isWine } from "../../win32/wine.ts";

/** `WM_DDE_ACK`. */
export const WM_DDE_ACK = 0x3e4;

/** One end of a conversation. */
export abstract class Talk {
  /** Our window. */
  readonly handle: bigint;
  readonly #partner: DdePartner;
  readonly #tell: (event: DdeEvent) => void;
  readonly #copied: boolean;
  #over = false;
  #ending = false;

  /** Between the window `handle` and `partner`; events go to `tell`. */
  constructor(
    handle: bigint,
    partner: DdePartner,
    tell: (event: DdeEvent) => void,
  ) {
    this.handle = handle;
    this.#partner = partner;
    this.#tell = tell;
    this.#copied = partner.pid !== Deno.pid && isWine();
  }

  /** Who is at the other end. */
  get partner(): DdePartner {
    return this.#partner;
  }

  /** Whether it has ended, on one side at least. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether it was ended here, and the other side has not confirmed that. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Takes a posted message of the other side. Malformed ones do nothing. */
  take(message: number, lParam: bigint): void {
    if (this.#over && !this.#ending) return;
    if (message === WM_DDE_TERMINATE) {
      return this.#ending ? this.confirm() : this.#finish();
    }
    const posted = PostedMessage.of(message, lParam);
    if (posted !== undefined) this.handleMessage(posted);
  }

  /**
   * Ends it, and tells the other side, but not our own. What the other side has
   * posted by then still arrives, and until it confirms, its memory and atoms are
   * ours to free (Microsoft: WM_DDE_TERMINATE).
   */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#ending = this.post(WM_DDE_TERMINATE, 0n, 0n);
    if (!this.#ending) this.forget();
  }

  /** The other side has confirmed the end, or is not waited for any longer. */
  confirm(): void {
    if (!this.#ending) return;
    this.#ending = false;
    this.forget();
  }

  /** Handles a message. While the conversation is over, it only frees what comes with it. */
  protected abstract handleMessage(posted: PostedMessage): void;

  /** Lets go of the memory and the atoms of what is under way. */
  protected abstract forget(): void;

  /** Tells what happened, unless the conversation is over. */
  protected tell(event: DdeEvent): void {
    if (!this.#over) this.#tell(event);
  }

  /** Posts a message. False, and the conversation is over, when the other window is no more. */
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

  /** Acknowledges with the atom or memory of the message that is answered. */
  protected acknowledge(status: number, what: bigint): boolean {
    return this.post(WM_DDE_ACK, BigInt(status), what);
  }

  /**
   * Frees memory of a message, where that is ours to do by Windows' rules for
   * DDE: `documented`. Windows copies such memory between processes and frees
   * the copies by itself; Wine copies and leaves each process its own.
   */
  protected release(memory: bigint, documented: boolean): void {
    if (documented || this.#copied) freeGlobal(memory);
  }

  /** Drops the atom of a message that nobody answers. */
  protected drop(atom: bigint): void {
    dropAtom(Number(atom & 0xffffn));
  }

  #finish(): void {
    this.#over = true;
    this.post(WM_DDE_TERMINATE, 0n, 0n);
    this.forget();
    this.#tell({ event: "ended" });
  }

  #lose(): void {
    this.#over = true;
    this.forget();
    this.#tell({ event: "ended" });
  }
}
