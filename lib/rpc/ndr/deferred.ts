/**
 * What comes later: NDR puts what pointers point to behind the value that they
 * stand in, and what those point to directly behind each of them.
 *
 * @module
 */

/** Steps that are taken in NDR's order, however deep they lead. */
export class Deferred {
  #open: (() => void)[] = [];
  readonly #stack: (() => void)[] = [];

  /** Takes `step` behind the one that is being taken, in the order of asking. */
  later(step: () => void): void {
    this.#open.push(step);
  }

  /** Takes all steps. */
  finish(): void {
    this.#stack.push(...this.#taken());
    for (let step = this.#stack.pop(); step; step = this.#stack.pop()) {
      step();
      for (const next of this.#taken()) this.#stack.push(next);
    }
  }

  /** The steps asked for, the first at the end. */
  #taken(): (() => void)[] {
    const open = this.#open.reverse();
    this.#open = [];
    return open;
  }
}
