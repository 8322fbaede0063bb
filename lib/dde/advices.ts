/**
 * The advices of a conversation.
 *
 * @module
 */

import type { DdeAdvice, DdeUpdate } from "./advice.ts";
import type { DdeData } from "./data.ts";

/** Hands each update to the advices of its item, also to those to come. */
export class Advices {
  readonly #all = new Set<DdeAdvice>();
  readonly #early = new Set<DdeUpdate[]>();

  /** Whether one is about an item, and a format, or any of text. */
  covers(item: string, format: string | undefined): boolean {
    return [...this.#all].some((advice) => advice.covers(item, format));
  }

  /** Asks for an advice. The first updates may come together with the consent: they are returned. */
  async asking(ask: () => Promise<unknown>): Promise<DdeUpdate[]> {
    const early: DdeUpdate[] = [];
    this.#early.add(early);
    try {
      await ask();
      return early;
    } finally {
      this.#early.delete(early);
    }
  }

  /** Takes one in, with what has come before it. */
  add(advice: DdeAdvice, early: readonly DdeUpdate[]): void {
    for (const { item, data } of early) advice.update(item, data);
    this.#all.add(advice);
  }

  /** One is no more. */
  delete(advice: DdeAdvice): void {
    this.#all.delete(advice);
  }

  /** An item has changed. */
  update(item: string, data: DdeData | undefined): void {
    for (const advice of this.#all) advice.update(item, data);
    for (const early of this.#early) early.push({ item, data });
  }

  /** Nothing more comes. */
  end(reason: unknown): void {
    for (const advice of [...this.#all]) advice.end(reason);
    this.#all.clear();
  }
}
