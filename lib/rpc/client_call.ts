/**
 * Calls of a client. Each pending call has a thread; a few idle threads are
 * kept.
 *
 * @module
 */

import {
  endKeepAlive,
  keepAlive,
  onCompletion,
} from "../io/overlapped/completion_port.ts";
import { onAbort } from "../io/wait/on_abort.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { allocate, copyIn, free } from "../win32/memory.ts";
import { rpcrt4 } from "../win32/rpcrt4.ts";
import { field, pack } from "../win32/structs.ts";
import {
  callMessage,
  type Outcome,
  type Request,
  takeOutcome,
} from "./call_message.ts";
import { NativeThread } from "./generated_code/native_thread.ts";
import { hasGeneratedCode } from "./generated_code/load.ts";
import { CALLER_MESSAGE_OFFSET, CALLER_SLOT } from "./generated_code/slots.ts";
import { callNonblocking } from "./nonblocking_call.ts";

/** How many idle threads to keep for later calls. */
const MAX_IDLE_THREADS = 8;
/**
 * A thread may be cancelled just before it enters the call, so it is cancelled
 * again after 1, 2, 4 … ms.
 */
const CANCEL_ATTEMPTS = 10;
const SMALL_REQUEST = 4096;

const idle: CallThread[] = [];

/**
 * Makes a call. If `wait` ends first, the promise rejects with the reason: when
 * the thread has left the call, after a second, or at once if Windows cannot
 * cancel it. `left` is called once, when the thread has left the call or never
 * entered it. Only then may the memory of the request be freed.
 *
 * Windows can cancel calls by `ncacn_np` and `ncacn_ip_tcp`, but not by
 * `ncalrpc` (Microsoft: RpcCancelThreadEx, Remarks). The thread of such a call,
 * and its memory, stay until the server answers or ends.
 */
export async function makeCall(
  request: Request,
  wait: WaitOptions,
  left: () => void,
): Promise<Outcome> {
  if (!hasGeneratedCode()) return await callNonblocking(request, wait, left);
  let caller: CallThread | undefined;
  let memory: bigint;
  try {
    caller = idle.pop() ?? new CallThread();
    memory = caller.prepare(request);
  } catch (error) {
    if (caller !== undefined) idle.push(caller);
    left();
    throw error;
  }
  const cancellable = request.protocol !== "ncalrpc";
  return await caller.call(request, memory, { wait, cancellable, left });
}

/** A thread for calls, and memory for a small request. */
class CallThread {
  readonly #small = allocate(SMALL_REQUEST);
  readonly #thread: NativeThread;
  #cancelled = false;

  constructor() {
    try {
      this.#thread = new NativeThread();
    } catch (error) {
      free(this.#small);
      throw error;
    }
  }

  /** Writes the arguments of a request to memory, and returns that. */
  prepare({ bytes }: Request): bigint {
    const length = bytes?.byteLength ?? 0;
    const memory = length > SMALL_REQUEST ? allocate(length) : this.#small;
    if (bytes !== undefined) copyIn(memory, bytes);
    return memory;
  }

  /**
   * Makes the call whose arguments {@linkcode CallThread.prepare} has written
   * to `memory`.
   */
  call(
    request: Request,
    memory: bigint,
    { wait, cancellable, left }: {
      wait: WaitOptions;
      cancellable: boolean;
      left: () => void;
    },
  ): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    let aborted: { reason: unknown } | undefined;
    let endCancelling = () => {};
    let held = true;
    const releaseHold = () => {
      if (held) endKeepAlive();
      held = false;
    };
    const disarm = onAbort(wait, (reason) => {
      aborted = { reason };
      const abandon = () => {
        releaseHold();
        reject(reason);
      };
      if (cancellable) endCancelling = this.#cancel(abandon);
      else abandon();
    });
    onCompletion(this.#thread.slot, () => {
      disarm();
      endCancelling();
      releaseHold();
      try {
        const outcome = this.#end(request, memory);
        const failed = outcome.status !== 0;
        if (aborted !== undefined && failed) reject(aborted.reason);
        else resolve(outcome);
      } catch (error) {
        reject(error);
      } finally {
        left();
      }
      return true;
    });
    keepAlive();
    this.#thread.go(slotFor(request, memory));
    return promise;
  }

  /** Cancels the call until it ends, and calls `abandon` if it does not end. */
  #cancel(abandon: () => void): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let attempts = 0;
    const attempt = () => {
      if (attempts === CANCEL_ATTEMPTS) return abandon();
      // The server of a call by pipe may hang; a timeout of 0 seconds is
      // finite.
      rpcrt4().raw.RpcCancelThreadEx(this.#thread.handle, 0);
      timer = setTimeout(attempt, 2 ** attempts);
      attempts++;
    };
    this.#cancelled = true;
    attempt();
    return () => clearTimeout(timer);
  }

  #end({ bytes }: Request, memory: bigint): Outcome {
    if (memory !== this.#small) free(memory);
    const slot = this.#thread.read();
    try {
      return takeOutcome({
        address: this.#thread.slot + BigInt(CALLER_MESSAGE_OFFSET),
        status: field(CALLER_SLOT, slot, "status"),
        connected: field(CALLER_SLOT, slot, "connected") !== 0,
        requested: bytes !== undefined,
      });
    } finally {
      // A cancelled thread might apply that to its next call.
      if (this.#cancelled || idle.length >= MAX_IDLE_THREADS) {
        this.#thread.stop();
        free(this.#small);
      } else idle.push(this);
    }
  }
}

function slotFor(request: Request, memory: bigint): Uint8Array {
  const slot = pack(CALLER_SLOT, {
    request: request.bytes === undefined ? 0n : memory,
    length: request.bytes?.byteLength ?? 0,
  });
  slot.set(callMessage(request), CALLER_MESSAGE_OFFSET);
  return slot;
}
