/**
 * The common part of both ends of a ring: the other end, sleeping, closing.
 *
 * @module
 */

import {
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import type { Handle } from "../io/object/handle.ts";
import { startTime } from "../io/object/process_handle.ts";
import { unmap } from "../io/memory/section.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { reconsiderRefs, waitAny } from "../io/wait/waiter.ts";
import type { WaitTarget } from "../io/wait/wait_set.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { createFinalizer, type Mapping } from "./finalizer.ts";
import { acquireRole, signalRole } from "./role_events.ts";
import { AT, isPosition, ROLE_AT, STATE } from "./layout.ts";
import type { RingMemory } from "./memory.ts";
import { PeerProcess } from "./peer_process.ts";
import { Spin } from "./spin.ts";
import type { MappedRing, RingRole } from "./mapped_ring.ts";

const POLL_MS = 250;

/**
 * One end of a ring.
 *
 * @example
 * ```ts
 * import { createRing } from "@winipc/winipc";
 *
 * await using ring = createRing("ticks", { capacity: 4096 });
 * console.log(ring.name, ring.capacity, ring.zeroCopy, ring.closed);
 * ```
 */
export abstract class RingEnd implements Disposable, AsyncDisposable {
  /** The ring's name. */
  readonly name: string;
  /** The longest message, in bytes. */
  readonly capacity: number;
  /** Whether the memory is accessed directly, or by copy. */
  readonly zeroCopy: boolean;
  /**
   * The ring's memory.
   *
   * @ignore
   */
  protected readonly memory: RingMemory;
  /** The size of the data. */
  protected readonly dataSize: number;
  /**
   * How far the producer has written, as far as this end knows.
   *
   * @ignore
   */
  protected head: number;
  /**
   * How far the consumer has read, as far as this end knows.
   *
   * @ignore
   */
  protected tail: number;
  readonly #role: RingRole;
  readonly #peerRole: RingRole;
  readonly #address: bigint;
  readonly #section: Handle;
  readonly #spin: Spin;
  readonly #event: WaitTarget;
  readonly #peer: PeerProcess;
  readonly #timer: ReturnType<typeof setInterval>;
  #peerEvent: Handle | undefined;
  #moved = 0;
  readonly #mapping: Mapping = { kept: false, lent: false };
  #closed = false;

  /**
   * Use {@linkcode createRing} or {@linkcode openRing}. Takes ownership of
   * `ring` and joins it. Throws `Busy` if the role is taken.
   */
  constructor(ring: MappedRing) {
    const { name, role, dimensions } = ring;
    this.name = name;
    this.capacity = dimensions.capacity;
    this.zeroCopy = ring.zeroCopy;
    this.memory = ring.memory;
    this.dataSize = dimensions.size;
    this.#role = role;
    this.#peerRole = role === "producer" ? "consumer" : "producer";
    this.#address = ring.address;
    this.#section = ring.section;
    this.#spin = new Spin(ring.spin);
    this.#peer = new PeerProcess(ring.memory, this.#peerRole);
    this.#event = acquireRole(ring);
    try {
      // The other end may have written impossible ones meanwhile.
      this.head = this.peerPosition(AT.head);
      this.tail = this.peerPosition(AT.tail);
      this.#join();
    } catch (error) {
      this.#event.handle.close();
      throw error;
    }
    // Weak: the timer must not keep this end alive.
    const weak = new WeakRef(this);
    const pollPeer = (end: RingEnd | undefined) =>
      end !== undefined && end.#endSleepWithPeer();
    this.#timer = setInterval(() => pollPeer(weak.deref()), POLL_MS);
    Deno.unrefTimer(this.#timer);
    registerFinalizer(this, {
      what: this.#section.what,
      release: createFinalizer(ring, this.#timer, this.#mapping),
    });
  }

  /** Whether {@linkcode RingEnd.close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Keeps the program alive while a read or write is pending; this is the
   * default.
   */
  ref(): void {
    this.#event.handle.setRef(true);
    reconsiderRefs();
  }

  /** Lets the program end while a read or write is pending. */
  unref(): void {
    this.#event.handle.setRef(false);
    reconsiderRefs();
  }

  /**
   * Closes this end and notifies the other. Pending reads and writes reject
   * with `BadResource`. Safe to call twice.
   */
  close(): void {
    if (this.#closed) return;
    this.memory.store(ROLE_AT[this.#role].state, STATE.closed);
    try {
      this.wakePeer();
    } catch {
      // It was refused. The other end finds out: see #endSleepWithPeer().
    } finally {
      this.#closed = true;
      unregisterFinalizer(this);
      clearInterval(this.#timer);
      this.memory.end();
      if (!this.#mapping.kept) unmap(this.#address);
      this.#event.handle.close();
      this.#peer.close();
      this.#peerEvent?.close();
      this.#section.close();
    }
  }

  /** Closes this end, like {@linkcode RingEnd.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes this end and waits for its pending operations to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#event.handle.closeAndSettle();
  }

  /** Throws `BadResource` when closed. */
  protected assertOpen(): void {
    if (!this.#closed) return;
    throw new Deno.errors.BadResource(
      `The ${this.#role} of the ring "${this.name}" is closed`,
    );
  }

  /** Whether the other end has closed. */
  protected get peerClosed(): boolean {
    return this.memory.load(ROLE_AT[this.#peerRole].state) === STATE.closed;
  }

  /** The same without a fence, which is cheaper: may see a close one message later. */
  protected get peerSeenClosed(): boolean {
    const { state } = ROLE_AT[this.#peerRole];
    return this.memory.plain(state) === STATE.closed;
  }

  /** Whether the other end's process is known to have ended without closing. */
  protected get peerGone(): boolean {
    return this.#peer.ended;
  }

  /** The error of reads and writes after the other end's process has ended. */
  protected goneError(): Error {
    return new Deno.errors.BrokenPipe(
      `The ${this.#peerRole} of the ring "${this.name}" has ended without closing it`,
    );
  }

  /** Counts reads or writes, to detect a busy stream. */
  protected moved(bytes: number): void {
    this.#moved += bytes;
  }

  /**
   * Leaves the memory mapped until the program ends, because the program can
   * still reach it.
   */
  protected keepMapped(): void {
    this.#mapping.kept = true;
  }

  /**
   * Marks part of the memory as lent, so that garbage collection must not unmap
   * it.
   */
  protected setLent(lent: boolean): void {
    this.#mapping.lent = lent;
  }

  /** The error for impossible values in the memory. */
  protected damaged(): Error {
    return new Deno.errors.InvalidData(
      `The ring "${this.name}" is damaged: another program wrote to its memory`,
    );
  }

  /** The position at `offset`, which the other end writes. */
  protected peerPosition(offset: number): number {
    const position = this.memory.load(offset);
    if (!isPosition(position, this.dataSize)) throw this.damaged();
    return position;
  }

  /**
   * Sets the other end's event if it sleeps. The caller must issue a fence
   * first.
   */
  protected wakePeer(): void {
    if (this.memory.load(ROLE_AT[this.#peerRole].sleeping) === 0) return;
    this.#peerEvent = signalRole(
      this.memory,
      this.name,
      this.#peerRole,
      this.#peerEvent,
    );
  }

  /**
   * Returns when `ready` is true, or when it should be checked again: spins
   * briefly, then sleeps. Returns no promise if it did not sleep.
   */
  protected untilReady(
    ready: () => boolean,
    options: WaitOptions,
  ): void | Promise<void> {
    if (!this.spin(ready, options)) return this.sleep(ready, options);
  }

  /** Whether `ready` is true, at once or within a brief spin. */
  protected spin(ready: () => boolean, { timeout }: WaitOptions): boolean {
    return timeout === 0 ? ready() : this.#spin.until(ready);
  }

  /** Sleeps until the other end wakes this one or ends, unless `ready` is true. */
  protected async sleep(
    ready: () => boolean,
    options: WaitOptions,
  ): Promise<void> {
    const { sleeping } = ROLE_AT[this.#role];
    this.memory.store(sleeping, 1);
    try {
      if (ready()) return;
      this.#peer.poll();
      if (this.#peer.ended) return;
      const { target } = this.#peer;
      const targets = target === undefined
        ? [this.#event]
        : [this.#event, target];
      const since = performance.now();
      if (await waitAny(targets, options) === 1) this.#peer.setEnded();
      const busy = this.#moved >= this.dataSize / 2;
      this.#spin.slept(performance.now() - since, busy);
      this.#moved = 0;
    } finally {
      if (!this.#closed) this.memory.store(sleeping, 0);
    }
    this.assertOpen();
  }

  #join(): void {
    const { pid, began, state } = ROLE_AT[this.#role];
    const { raw } = kernel32();
    const ticks = startTime(raw.GetCurrentProcess());
    this.memory.store(pid, raw.GetCurrentProcessId());
    this.memory.store(began, Number(ticks & 0xffff_ffffn));
    this.memory.store(began + 4, Number(ticks >> 32n));
    this.memory.store(state, STATE.joined);
    try {
      this.wakePeer();
    } catch (error) {
      // The other end must not wait for this one.
      this.memory.store(state, STATE.closed);
      throw error;
    }
  }

  /**
   * Ends the sleep if the other end has closed, or if its process has ended: its
   * wake-up may be missing, and a sleep that began before it joined waits for
   * the event only.
   */
  #endSleepWithPeer(): void {
    if (this.#closed || this.#peer.ended) return;
    this.#peer.poll();
    if (this.#peer.ended || this.peerClosed) {
      kernel32().raw.SetEvent(this.#event.handle.raw);
    }
  }
}
