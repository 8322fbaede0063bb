/**
 * Disconnects the client of an instance of a pipe, so that the next one may
 * connect. The listener keeps the instance, so no other program can create one
 * meanwhile.
 *
 * @module
 */

import { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { peekCode } from "../io/stream/pipe_reader.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { DUPLICATE_SAME_ACCESS } from "../win32/constants.ts";
import { lastErrorCode } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";

/** How long a client may take to read the data written before the close. */
const FLUSH_LIMIT_MS = 30_000;
/**
 * How long to wait for a chance to flush while clients that do not read block
 * others.
 */
const TURN_LIMIT_MS = 1000;
const CANCEL_AGAIN_MS = 1;

/** Each flush blocks a thread of Deno's pool, which has few. */
const flushes = new AsyncSemaphore(2);

/** A second handle to `instance`, for a connection that may close it. */
export function duplicate(
  instance: OverlappedHandle,
  what: string,
): OverlappedHandle {
  const { call } = kernel32();
  const self = call.GetCurrentProcess();
  const copy = new BigUint64Array(1);
  call.DuplicateHandle(
    self,
    instance.raw,
    self,
    copy,
    0,
    0,
    DUPLICATE_SAME_ACCESS,
  );
  return new OverlappedHandle(copy[0]!, what, true);
}

/**
 * Disconnects the client of an instance once it has read everything or left.
 * `DisconnectNamedPipe` discards unread data (Microsoft: DisconnectNamedPipe,
 * remarks); after 30 s it is discarded anyway.
 */
export class ClientDisconnect {
  /** Resolves to whether the instance can be used again. */
  readonly done: Promise<boolean>;
  readonly #instance: OverlappedHandle;
  readonly #closing = new AbortController();
  #flushing = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** Starts; `writes` says whether the instance can have written anything. */
  constructor(instance: OverlappedHandle, writes: boolean) {
    this.#instance = instance;
    this.done = writes && !hasLeft(instance.raw)
      ? this.#flushed()
      : Promise.resolve(disconnect(instance.raw));
  }

  /** Closes the instance instead. Its client can still read the rest. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#end();
  }

  async #flushed(): Promise<boolean> {
    const { raw } = kernel32();
    const { signal } = this.#closing;
    const handle = this.#instance.raw;
    let turn: Disposable;
    try {
      turn = await flushes.acquire({ signal, timeout: TURN_LIMIT_MS });
    } catch {
      return false;
    }
    using _turn = turn;
    if (signal.aborted) return false;
    // This also ends the flush. A close() leaves the client its unread data.
    const limit = setTimeout(() => {
      if (!signal.aborted) disconnect(handle);
    }, FLUSH_LIMIT_MS);
    Deno.unrefTimer(limit);
    this.#flushing = true;
    await raw.FlushFileBuffersNonblocking(handle);
    this.#flushing = false;
    clearTimeout(limit);
    clearTimeout(this.#again);
    if (!signal.aborted) return disconnect(handle);
    this.#instance.close();
    return false;
  }

  /** The handle stays open while the other thread uses it. */
  #end(): void {
    if (!this.#flushing) return this.#instance.close();
    // Until the other thread has started, there is nothing to cancel.
    kernel32().raw.CancelIoEx(this.#instance.raw, 0n);
    this.#again = setTimeout(() => this.#end(), CANCEL_AGAIN_MS);
  }
}

/** Whether the client is disconnected now. */
function disconnect(handle: bigint): boolean {
  return kernel32().raw.DisconnectNamedPipe(handle) !== 0 ||
    lastErrorCode() === ERROR.ERROR_PIPE_NOT_CONNECTED;
}

/** Whether the client has closed its end and no data of it is unread. */
function hasLeft(handle: bigint): boolean {
  const code = peekCode(handle);
  return code === ERROR.ERROR_BROKEN_PIPE ||
    code === ERROR.ERROR_PIPE_NOT_CONNECTED;
}
