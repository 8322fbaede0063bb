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
  readonly forward: RelayFlow;
  /** From TO to FROM. */
  readonly backward: RelayFlow;
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
    forward: { bytes: 0, messages: 0 },
    backward: { bytes: 0, messages: 0 },
  };
  /** How many partners have connected. */
  partners = 0;
  /** How many failed. */
  failed = 0;

  /** Adds relayed data. */
  add(direction: "forward" | "backward", bytes: number): void {
    const flow = this.#flows[direction];
    flow.bytes += bytes;
    flow.messages++;
  }

  /** The current counts. */
  now(): RelayCounts {
    const { forward, backward } = this.#flows;
    return {
      forward: { ...forward },
      backward: { ...backward },
      partners: this.partners,
      failed: this.failed,
    };
  }
}
