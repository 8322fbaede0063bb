/**
 * The advise loops of a conversation.
 *
 * @module
 */

import type { DdeAdvice, DdeUpdate } from "./advice.ts";
import { type DdeData, isTextFormat } from "./data.ts";
import { keyOf } from "./name.ts";

/**
 * Passes each update to the advise loops of its item, including those still
 * being established.
 */
export class Advices {
  readonly #all = new Set<DdeAdvice>();
  readonly #early = new Set<DdeUpdate[]>();

  /**
   * Whether there is one for an item in this format; undefined means any format
   * of text.
   */
  covers(item: string, format: string | undefined): boolean {
    return [...this.#all].some((advice) => advice.covers(item, format));
  }

  /**
   * Establishes an advise loop. The first updates may arrive together with the
   * acknowledgement: they are returned.
   */
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

  /** Adds one, with the updates that have already arrived. */
  add(advice: DdeAdvice, early: readonly DdeUpdate[]): void {
    this.#all.add(advice);
    for (const { item, data } of early) {
      if (this.#takersOf(item, data).includes(advice)) advice.push(data);
    }
  }

  /** Removes one. */
  delete(advice: DdeAdvice): void {
    this.#all.delete(advice);
  }

  /** Delivers a change of an item. */
  update(item: string, data: DdeData | undefined): void {
    for (const advice of this.#takersOf(item, data)) advice.push(data);
    for (const early of this.#early) early.push({ item, data });
  }

  /**
   * The advise loops for an update. Many servers send `CF_TEXT` whatever format
   * was requested (Microsoft, KB 107980). So text in another format goes to
   * those that want text, if none wants exactly this format.
   */
  #takersOf(item: string, data: DdeData | undefined): DdeAdvice[] {
    const about = [...this.#all].filter((advice) =>
      keyOf(advice.item) === keyOf(item)
    );
    const warm = about.filter((advice) => advice.warm);
    if (data === undefined) return warm;
    const hot = about.filter((advice) => !advice.warm);
    const exact = hot.filter(({ format }) => format === data.format);
    if (exact.length > 0 || !isTextFormat(data.format)) {
      return [...warm, ...exact];
    }
    return [...warm, ...hot.filter(({ format }) => isTextFormat(format))];
  }

  /** Ends all. */
  end(reason: unknown): void {
    for (const advice of [...this.#all]) advice.end(reason);
    this.#all.clear();
  }
}
