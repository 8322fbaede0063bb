/**
 * The options of those who create and open rings.
 *
 * @module
 */

import type { WaitOptions } from "../io/wait.ts";
import type { RingConsumer } from "./consumer.ts";
import type { RingRole } from "./mapped_ring.ts";
import type { RingProducer } from "./producer.ts";

/** The ends of a ring by their roles. */
export interface RingEnds {
  /** The end that writes. */
  producer: RingProducer;
  /** The end that reads. */
  consumer: RingConsumer;
}

/** Options of both ends of a ring. */
export interface RingOptions {
  /**
   * Whether the memory is seen directly, which is faster and takes
   * `--allow-ffi` for everything, or by copy, which takes kernel32.dll only.
   * Both kinds of ends understand each other.
   *
   * @default whether that permission is given
   */
  zeroCopy?: boolean | undefined;
  /**
   * For how many microseconds a read or write spins before it sleeps. The event
   * loop stands still meanwhile. On a machine with one processor it is 0.
   *
   * @default 50, and up to 1000 while that saves sleeping
   */
  spin?: number | undefined;
  /**
   * Who may open the ring, as a security descriptor string: `"D:(A;;GA;;;WD)"`
   * lets everybody. Needs advapi32. By default Windows lets this user, the
   * system and administrators.
   */
  sddl?: string | undefined;
}

/** The options of {@linkcode createRing}. */
export interface CreateRingOptions<R extends RingRole = "producer">
  extends RingOptions {
  /** The longest message, in bytes, and about what the ring holds in all. */
  capacity: number;
  /**
   * Which end this process is.
   *
   * @default {"producer"}
   */
  role?: R | undefined;
}

/** The options of {@linkcode openRing}. */
export interface OpenRingOptions<R extends RingRole = "consumer">
  extends RingOptions, WaitOptions {
  /**
   * Which end this process is.
   *
   * @default {"consumer"}
   */
  role?: R | undefined;
  /**
   * Waits for the ring where there is none yet, instead of failing with
   * `NotFound`. The name is tried again every few milliseconds.
   *
   * @default {false}
   */
  waitForCreator?: boolean | undefined;
}
