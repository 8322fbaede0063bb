/**
 * Deferred values: NDR puts the target of a pointer after the value that
 * contains it, and its own targets directly after each of them.
 *
 * @module
 */

/** Steps that run in NDR's order, at any depth. */
export class Deferred {
  #open: (() => void)[] = [];
  readonly #stack: (() => void)[] = [];

  /** Schedules `step` after the current one, in the order of calls. */
  later(step: () => void): void {
    this.#open.push(step);
  }

  /** Runs all steps. */
  finish(): void {
    for (;;) {
      for (const next of this.#taken()) this.#stack.push(next);
      const step = this.#stack.pop();
      if (step === undefined) return;
      step();
    }
  }

  /** The scheduled steps, the first at the end. */
  #taken(): (() => void)[] {
    const open = this.#open.reverse();
    this.#open = [];
    return open;
  }
}
