/**
 * The advices of a conversation.
 *
 * @module
 */

import type { DdeAdvice, DdeUpdate } from "./advice.ts";
import { type DdeData, isTextFormat } from "./data.ts";
import { keyOf } from "./name.ts";

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
    this.#all.add(advice);
    for (const { item, data } of early) {
      if (this.#takersOf(item, data).includes(advice)) advice.push(data);
    }
  }

  /** One is no more. */
  delete(advice: DdeAdvice): void {
    this.#all.delete(advice);
  }

  /** An item has changed. */
  update(item: string, data: DdeData | undefined): void {
    for (const advice of this.#takersOf(item, data)) advice.push(data);
    for (const early of this.#early) early.push({ item, data });
  }

  /**
   * The advices that an update is for. Many servers give `CF_TEXT` whatever
   * format was asked for (Microsoft, KB 107980): text in another format of text
   * is for those that ask for text, where none asks for exactly this one.
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

  /** Nothing more comes. */
  end(reason: unknown): void {
    for (const advice of [...this.#all]) advice.end(reason);
    this.#all.clear();
  }
}
