/**
 * The options for creating and opening rings.
 *
 * @module
 */

import type { WaitOptions } from "../io/wait/wait_options.ts";
import type { RingConsumer } from "./consumer.ts";
import type { RingRole } from "./mapped_ring.ts";
import type { RingProducer } from "./producer.ts";

/** The ends of a ring by their roles. */
export interface RingEnds {
  /** The writing end. */
  producer: RingProducer;
  /** The reading end. */
  consumer: RingConsumer;
}

/** Options of both ends of a ring. */
export interface RingOptions {
  /**
   * Accesses the memory directly, which is faster and needs `--allow-ffi`
   * without a path, or by copy, which needs only kernel32.dll. The two kinds of
   * ends can be mixed.
   *
   * @default whether that permission is given
   */
  zeroCopy?: boolean | undefined;
  /**
   * For how many microseconds a read or write spins before it sleeps. The event
   * loop is blocked meanwhile. With one processor it is always 0.
   *
   * @default 50, and up to 1000 while that avoids sleeping
   */
  spin?: number | undefined;
  /**
   * Who may open the ring, as a security descriptor string: `"D:(A;;GA;;;WD)"`
   * allows everyone. Needs advapi32. By default, Windows allows this user, the
   * system and administrators.
   *
   * Each end has an event of its own, which the other end sets. Between two
   * accounts, give a descriptor to both `createRing()` and `openRing()`.
   * Without the first, `openRing()` throws `PermissionDenied`. Without the
   * second, reads and writes throw it while the other end sleeps, after the
   * message was taken or written.
   *
   * Of an end in another account, only `close()` is noticed, unless this
   * process may open its process: give waits a `timeout`.
   */
  sddl?: string | undefined;
}

/** The options of {@linkcode createRing}. */
export interface CreateRingOptions<R extends RingRole = "producer">
  extends RingOptions {
  /** The longest message in bytes, and roughly the size of the ring. */
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
   * Waits for the ring if it does not exist yet, instead of failing with
   * `NotFound`. It tries the name every few milliseconds.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
}
