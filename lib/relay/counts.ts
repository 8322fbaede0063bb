/**
 * Counting what passes.
 *
 * @module
 */

/** What has passed one way. */
export interface RelayFlow {
  /** Bytes, without frames. */
  readonly bytes: number;
  /** Messages, or chunks of bytes. */
  readonly messages: number;
}

/** What a relay has done. */
export interface RelayCounts {
  /** From FROM to TO. */
  readonly forth: RelayFlow;
  /** From TO to FROM. */
  readonly back: RelayFlow;
  /** How many partners have come, or messages of a {@linkcode relay} `nats-listen`. */
  readonly partners: number;
  /** How many of them went wrong, as `onError` was told. */
  readonly failed: number;
}

/** Counts in the making. */
export class Counts {
  #flows = {
    forth: { bytes: 0, messages: 0 },
    back: { bytes: 0, messages: 0 },
  };
  /** How many partners have come. */
  partners = 0;
  /** How many went wrong. */
  failed = 0;

  /** Adds what has passed. */
  add(direction: "forth" | "back", bytes: number): void {
    const flow = this.#flows[direction];
    flow.bytes += bytes;
    flow.messages++;
  }

  /** The counts as they are now. */
  now(): RelayCounts {
    const { forth, back } = this.#flows;
    return {
      forth: { ...forth },
      back: { ...back },
      partners: this.partners,
      failed: this.failed,
    };
  }
}
