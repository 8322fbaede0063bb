/**
 * The events of windows, which the window thread sends to the main thread in
 * order.
 *
 * A message port copies by structured cloning, which takes most of the time of
 * a small message. So data goes through a ring of records in shared memory, and
 * its bytes through native memory, which both threads can access.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { workerThreads } from "../win32/node_modules.ts";
import {
  type EventsEnd,
  WAKE_POSTED,
  type WindowThreadEvent,
} from "./protocol.ts";

/** The entries of the ring. */
type Data = Extract<WindowThreadEvent, { type: "data" }>;

interface Entry {
  readonly number: number;
  readonly event: WindowThreadEvent;
}

/** A power of 2: the counts wrap around at 32 bits. */
const RECORDS = 256;
const FIELDS = 7;
const READ_COUNT = 0;
const WRITE_COUNT = 1;
const CELLS = 2;
const FIELD_SIZE = 8;

/** Both ends. */
export function eventsEnds(): { main: EventsEnd; worker: EventsEnd } {
  const { MessageChannel } = workerThreads();
  const { port1, port2 } = new MessageChannel();
  const ring = new SharedArrayBuffer(4 * CELLS + FIELD_SIZE * FIELDS * RECORDS);
  return { main: { port: port1, ring }, worker: { port: port2, ring } };
}

/** The end of the window thread. */
export class EventWriter {
  readonly #port: MessagePort;
  readonly #cells: Int32Array;
  readonly #records: BigUint64Array;
  readonly #shared: Int32Array<SharedArrayBuffer>;
  #number = 0;

  /**
   * Made from the result of {@linkcode eventsEnds}, and the window thread's
   * shared cells.
   */
  constructor(
    { port, ring }: EventsEnd,
    shared: Int32Array<SharedArrayBuffer>,
  ) {
    this.#port = port;
    this.#cells = new Int32Array(ring, 0, CELLS);
    this.#records = new BigUint64Array(ring, 4 * CELLS);
    this.#shared = shared;
  }

  /** Sends an event, and wakes the event loop of the main thread. */
  emit(event: WindowThreadEvent): void {
    this.put(event);
    this.wake();
  }

  /** Sends an event, which the main thread takes after the next wake-up. */
  put(event: WindowThreadEvent): void {
    // The reader waits for each number: an event that fails takes none.
    const number = this.#number + 1;
    if (event.type !== "data" || !this.#putRecord(number, event)) {
      this.#port.postMessage({ number, event } satisfies Entry);
    }
    this.#number = number;
  }

  /** Wakes the event loop of the main thread. */
  wake(): void {
    // One wake-up takes all events that exist by then.
    if (Atomics.exchange(this.#shared, WAKE_POSTED, 1) === 0) {
      workerThreads().parentPort!.postMessage(null);
    }
  }

  /** Closes the port; earlier events are still delivered. */
  close(): void {
    this.#port.close();
  }

  #putRecord(number: number, data: Data): boolean {
    const cells = this.#cells;
    const written = cells[WRITE_COUNT]!;
    const waiting = (written - Atomics.load(cells, READ_COUNT)) | 0;
    if (waiting >= RECORDS) return false;
    const { window, message, tag, sender, bytes } = data;
    const address = bytes.byteLength === 0 ? 0n : allocate(bytes.byteLength);
    copyIn(address, bytes);
    const at = recordAt(written);
    const records = this.#records;
    records[at] = BigInt(number);
    records[at + 1] = BigInt(window);
    records[at + 2] = BigInt(message);
    records[at + 3] = tag;
    records[at + 4] = sender;
    records[at + 5] = address;
    records[at + 6] = BigInt(bytes.byteLength);
    Atomics.store(cells, WRITE_COUNT, written + 1);
    return true;
  }
}

/** The end of the main thread. */
export class EventReader {
  readonly #port: MessagePort;
  readonly #receive = workerThreads().receiveMessageOnPort;
  readonly #cells: Int32Array;
  readonly #records: BigUint64Array;
  #number = 0;
  #early: Entry | undefined;
  #closed = false;

  /** Made from the result of {@linkcode eventsEnds}. */
  constructor({ port, ring }: EventsEnd) {
    this.#port = port;
    this.#cells = new Int32Array(ring, 0, CELLS);
    this.#records = new BigUint64Array(ring, 4 * CELLS);
  }

  /** Takes the next event, if there is one. */
  take(): WindowThreadEvent | undefined {
    if (this.#closed) return undefined;
    const next = this.#number + 1;
    // A later entry proves that earlier ones are in the ring.
    const event = this.#takeRecord(next) ?? this.#takeEntry(next) ??
      this.#takeRecord(next);
    if (event !== undefined) this.#number = next;
    return event;
  }

  /** Drops events that were not taken. */
  close(): void {
    while (this.take() !== undefined);
    this.#closed = true;
    this.#port.close();
  }

  #takeEntry(next: number): WindowThreadEvent | undefined {
    this.#early ??= this.#receive(this.#port)?.message;
    if (this.#early?.number !== next) return undefined;
    const { event } = this.#early;
    this.#early = undefined;
    return event;
  }

  #takeRecord(next: number): WindowThreadEvent | undefined {
    const cells = this.#cells;
    const taken = cells[READ_COUNT]!;
    if (Atomics.load(cells, WRITE_COUNT) === taken) return undefined;
    const at = recordAt(taken);
    const records = this.#records;
    if (records[at] !== BigInt(next)) return undefined;
    const address = records[at + 5]!;
    const window = Number(records[at + 1]!);
    const message = Number(records[at + 2]!);
    let event: WindowThreadEvent;
    try {
      const bytes = new Uint8Array(Number(records[at + 6]!));
      copyOut(address, bytes);
      const [tag, sender] = [records[at + 3]!, records[at + 4]!];
      event = { type: "data", window, message, tag, sender, bytes };
    } catch (error) {
      // Without memory for it, only this event is lost.
      event = { type: "error", window, reason: String(error), message };
    }
    if (address !== 0n) free(address);
    Atomics.store(cells, READ_COUNT, taken + 1);
    return event;
  }
}

/** The first field of the record for a count. */
function recordAt(count: number): number {
  return (count & (RECORDS - 1)) * FIELDS;
}
