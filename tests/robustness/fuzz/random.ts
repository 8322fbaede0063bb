/** Chance that can be repeated. */

const FIXED_SEED = Deno.env.get("WINIPC_TEST_SEED");

/** The seed of this run: that of `WINIPC_TEST_SEED`, or a new one. */
export const SEED: number = FIXED_SEED === undefined
  ? crypto.getRandomValues(new Uint32Array(1))[0]!
  : Number(FIXED_SEED) >>> 0;

/** Prints how to repeat a run. */
export function logSeed(what: string): void {
  // deno-lint-ignore no-console -- needed to repeat a run.
  console.log(`${what}: WINIPC_TEST_SEED=${SEED}`);
}

const INTERESTING = [0, 1, 4, 7, 8, 9, 0x7f, 0x80, 0xff, 0x7fff_ffff]
  .concat([0x8000_0000, 0xffff_fff0, 0xffff_fff8, 0xffff_ffff]);

/** A generator of one test, by the run's seed and the test's name (mulberry32). */
export class Random {
  #state: number;

  /** What comes depends on the seed and on `name` alone. */
  constructor(name: string, seed = SEED) {
    this.#state = seed;
    for (const char of name) {
      this.#state = Math.imul(this.#state ^ char.charCodeAt(0), 0x01000193);
    }
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True so often. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of several. */
  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }

  /** A number of 32 bits, often one at which counts go wrong. */
  u32(): number {
    return this.chance(0.5)
      ? this.pick(INTERESTING)
      : Math.floor(this.next() * 2 ** (1 + this.below(32)));
  }

  /** So many bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** `sample` as somebody hostile might send it: bits, numbers, ends and parts changed. */
  mutated(sample: Uint8Array): Uint8Array<ArrayBuffer> {
    let bytes = new Uint8Array(sample);
    for (let i = 1 + this.below(4); i > 0; i--) bytes = this.#mutate(bytes);
    return bytes;
  }

  /** `bytes` as they may come, in pieces. */
  pieces(bytes: Uint8Array): Uint8Array[] {
    const cut: Uint8Array[] = [];
    for (let at = 0; at < bytes.byteLength;) {
      const size = 1 + this.below(this.chance(0.3) ? 4 : 300);
      cut.push(bytes.subarray(at, at + size));
      at += size;
    }
    return cut;
  }

  #mutate(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { byteLength } = bytes;
    const at = this.below(byteLength + 1);
    switch (this.below(6)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return joined(
          bytes.slice(0, at),
          this.bytes(this.below(32)),
          bytes.slice(at),
        );
      case 2:
        return joined(
          bytes.slice(0, at),
          bytes.slice(this.below(byteLength + 1)),
        );
      case 3:
        if (byteLength >= 4) {
          const place = Math.min(at, byteLength - 4) &
            ~(this.chance(0.5) ? 3 : 0);
          new DataView(bytes.buffer).setUint32(place, this.u32(), true);
        }
        return bytes;
      default:
        if (at < byteLength) bytes[at]! ^= 1 << this.below(8);
        return bytes;
    }
  }
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((size, { byteLength }) => size + byteLength, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
