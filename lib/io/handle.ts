/**
 * The owner of a plain handle: one that is waited on or looked at, not read.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { unwatch, watch } from "./dropped.ts";
import { inSentence } from "./shown.ts";

/**
 * Windows takes a handle for closed exactly once; this holds it until then. One
 * that is dropped without `close()` is closed when the garbage is collected.
 */
export class Handle {
  readonly #raw: bigint;
  readonly #what: string;
  readonly #onClose = new Set<() => void>();
  #closed = false;
  #borrowed = 0;
  #refed = true;
  #gone: PromiseWithResolvers<void> | undefined;

  /** Takes ownership of `raw`, described as `what` in errors. */
  constructor(raw: bigint, what: string) {
    this.#raw = raw;
    this.#what = what;
    watch(this, { what, release: () => closeHandle(raw) });
  }

  /** The handle's value. Throws `BadResource` when closed. */
  get raw(): bigint {
    this.assertOpen();
    return this.#raw;
  }

  /** What this is, as errors call it. */
  get what(): string {
    return this.#what;
  }

  /** What this is, within a sentence. */
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

  /** Decides whether waits for this handle keep the program alive. */
  setRef(refed: boolean): void {
    this.#refed = refed;
  }

  /** Throws `BadResource` when closed. */
  assertOpen(): void {
    if (this.#closed) throw this.closedError();
  }

  /** What pending waits reject with when the handle is closed. */
  closedError(): Error {
    return new Deno.errors.BadResource(`${this.#what} is closed`);
  }

  /** Calls `listener` when the handle is closed. The function returned ends that. */
  onClose(listener: () => void): () => void {
    this.#onClose.add(listener);
    return () => this.#onClose.delete(listener);
  }

  /**
   * Keeps the handle valid for a call on another thread, also when it is closed
   * here, until {@linkcode Handle.giveBack}: a value that Windows gave to
   * another object meanwhile would make the call wait for that one.
   */
  borrow(): bigint {
    this.#borrowed++;
    return this.#raw;
  }

  /** Ends one {@linkcode Handle.borrow}. */
  giveBack(): void {
    this.#borrowed--;
    if (this.#closed && this.#borrowed === 0) this.#end();
  }

  /** Closes the handle, once no other thread uses it. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of [...this.#onClose]) listener();
    if (this.#borrowed === 0) this.#end();
  }

  /** Closes the handle and waits until Windows has it back. */
  async closeAndSettle(): Promise<void> {
    this.close();
    if (this.#borrowed === 0) return;
    this.#gone ??= Promise.withResolvers();
    await this.#gone.promise;
  }

  #end(): void {
    unwatch(this);
    closeHandle(this.#raw);
    this.#gone?.resolve();
  }
}

function closeHandle(raw: bigint): void {
  kernel32().call.CloseHandle(raw);
}
