/**
 * The owner of a handle. The owners of handles for reading and writing extend
 * it.
 *
 * @module
 */

import { kernel32 } from "../../win32/kernel32.ts";
import { registerFinalizer, unregisterFinalizer } from "./finalization.ts";
import { inSentence } from "../format.ts";

/**
 * Owns a handle and closes it exactly once. If the owner is garbage collected
 * without `close()`, the handle is closed then.
 */
export class Handle {
  /** The handle's value, even after it was closed. */
  protected readonly value: bigint;
  readonly #what: string;
  readonly #onClose = new Set<() => void>();
  #closed = false;
  #pinned = 0;
  #refed = true;
  #gone: PromiseWithResolvers<void> | undefined;

  /** Takes ownership of `raw`, described as `what` in errors. */
  constructor(raw: bigint, what: string) {
    this.value = raw;
    this.#what = what;
    registerFinalizer(this, { what, release: () => closeHandle(raw) });
  }

  /** The handle's value. Throws `BadResource` when closed. */
  get raw(): bigint {
    this.assertOpen();
    return this.value;
  }

  /** The description in errors. */
  get what(): string {
    return this.#what;
  }

  /** The description in the middle of a sentence. */
  get named(): string {
    return inSentence(this.#what);
  }

  /** Whether {@linkcode Handle.close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether waits for this handle keep the program alive. */
  get refed(): boolean {
    return this.#refed;
  }

  /** Sets whether waits for this handle keep the program alive. */
  setRef(refed: boolean): void {
    this.#refed = refed;
  }

  /** Throws `BadResource` when closed. */
  assertOpen(): void {
    if (this.#closed) throw this.closedError();
  }

  /** The error of pending waits when the handle is closed. */
  closedError(): Error {
    return new Deno.errors.BadResource(`${this.#what} is closed`);
  }

  /**
   * Calls `listener` when the handle is closed. The returned function stops
   * that.
   */
  onClose(listener: () => void): () => void {
    this.#onClose.add(listener);
    return () => this.#onClose.delete(listener);
  }

  /**
   * Keeps the handle valid for a call on another thread, even if it is closed
   * here, until {@linkcode Handle.unpin}. Otherwise Windows could reuse the
   * value for another object, and the call would wait for that.
   */
  pin(): bigint {
    this.#pinned++;
    return this.value;
  }

  /** Ends one {@linkcode Handle.pin}. */
  unpin(): void {
    this.#pinned--;
    if (this.#closed && this.#pinned === 0) this.#end();
  }

  /** Closes the handle when no other thread uses it. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of [...this.#onClose]) listener();
    if (this.#pinned === 0) this.#end();
  }

  /** Closes the handle and waits until that has happened. */
  async closeAndSettle(): Promise<void> {
    this.close();
    if (this.#pinned === 0) return;
    this.#gone ??= Promise.withResolvers();
    await this.#gone.promise;
  }

  #end(): void {
    unregisterFinalizer(this);
    closeHandle(this.value);
    this.#gone?.resolve();
  }
}

function closeHandle(raw: bigint): void {
  kernel32().call.CloseHandle(raw);
}
