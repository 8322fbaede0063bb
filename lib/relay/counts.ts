/**
 * Counts the relayed data.
 *
 * @module
 */

/** The data relayed in one direction. */
export interface RelayFlow {
  /** Bytes, without frames. */
  readonly bytes: number;
  /** Messages, or chunks of bytes. */
  readonly messages: number;
}

/** The statistics of a relay. */
export interface RelayCounts {
  /** From FROM to TO. */
  readonly forth: RelayFlow;
  /** From TO to FROM. */
  readonly back: RelayFlow;
  /**
   * How many partners have connected, or messages of a {@linkcode relay}
   * `nats-listen`.
   */
  readonly partners: number;
  /** How many of them failed, as reported to `onError`. */
  readonly failed: number;
}

/** Counts that are still growing. */
export class Counts {
  #flows = {
    forth: { bytes: 0, messages: 0 },
    back: { bytes: 0, messages: 0 },
  };
  /** How many partners have connected. */
  partners = 0;
  /** How many failed. */
  failed = 0;

  /** Adds relayed data. */
  add(direction: "forth" | "back", bytes: number): void {
    const flow = this.#flows[direction];
    flow.bytes += bytes;
    flow.messages++;
  }

  /** The current counts. */
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
