import { format } from "@std/fmt/bytes";
import type { RelayCounts, RelayFlow } from "../../../relay/mod.ts";

const EVERY_MS = 500;
const CLEAR_LINE = "\r\x1b[K";

const encoder = new TextEncoder();

/** Shows the current rates on a terminal. */
export class Rate implements Disposable {
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #shown = false;

  /** Shows the rates of `running`, if stderr is a terminal and `wanted` is set. */
  constructor(running: { readonly counts: RelayCounts }, wanted: boolean) {
    if (!wanted || !Deno.stderr.isTerminal()) return;
    let [before, since] = [running.counts, performance.now()];
    this.#timer = setInterval(() => {
      const [counts, now] = [running.counts, performance.now()];
      this.#show(rateLine(before, counts, (now - since) / 1000));
      [before, since] = [counts, now];
    }, EVERY_MS);
  }

  /** Removes the line. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#shown) Deno.stderr.writeSync(encoder.encode(CLEAR_LINE));
  }

  #show(line: string): void {
    this.#shown = true;
    Deno.stderr.writeSync(encoder.encode(`${CLEAR_LINE}${line}`));
  }
}

/** "> 1.2 MB/s, 300 messages/s; < …; 2 partners". */
export function rateLine(
  before: RelayCounts,
  now: RelayCounts,
  seconds: number,
): string {
  const way = (arrow: string, old: RelayFlow, flow: RelayFlow) => {
    const bytes = Math.round((flow.bytes - old.bytes) / seconds);
    const messages = Math.round((flow.messages - old.messages) / seconds);
    return `${arrow} ${format(bytes)}/s, ${messages} messages/s`;
  };
  return [
    way(">", before.forth, now.forth),
    way("<", before.back, now.back),
    `${now.partners} partners`,
  ].join("; ");
}
