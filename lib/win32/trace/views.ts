/**
 * The views of shared memory, in which addresses lie.
 *
 * @module
 */

import { field, MEMORY_BASIC_INFORMATION } from "../structs.ts";
import type { CallArguments } from "./call_arguments.ts";
import type { Subject, TraceObject } from "./record.ts";

interface View {
  readonly base: bigint;
  readonly object: TraceObject;
  /** 0 while unknown. */
  size: bigint;
}

/** The views that one thread has mapped. */
export class Views {
  readonly #views = new Map<bigint, View>();

  /** One of `size` bytes (0: not known yet) begins at `base`. */
  add(base: bigint, size: bigint, object: TraceObject): void {
    this.#views.set(base, { base, size, object });
  }

  /** The one at `base` is no more. */
  delete(base: bigint): void {
    this.#views.delete(base);
  }

  /** Learns the size of one from `VirtualQuery`. */
  measure(args: CallArguments): void {
    const view = this.#views.get(args.number("lpAddress"));
    const bytes = args.get("lpBuffer");
    if (view === undefined || !(bytes instanceof Uint8Array)) return;
    view.size = field(MEMORY_BASIC_INFORMATION, bytes, "RegionSize");
  }

  /** The bytes that a copying call writes or reads. */
  copied(args: CallArguments, to: string, from: string): Subject {
    const written = this.at(args.number(to));
    if (written !== undefined) return { action: "write", object: written };
    const read = this.at(args.number(from));
    return read === undefined ? {} : { action: "read", object: read };
  }

  /** The view at the first of those arguments that is not 0. */
  named(args: CallArguments, ...names: string[]): TraceObject | undefined {
    const [address = 0n] = names.map((name) => args.number(name))
      .filter((value) => value !== 0n);
    return this.at(address);
  }

  /** The view at an address. */
  at(address: bigint): TraceObject | undefined {
    if (address === 0n) return undefined;
    for (const { base, size, object } of this.#views.values()) {
      if (address === base || address > base && address < base + size) {
        return object;
      }
    }
    return undefined;
  }
}
