/**
 * The pending calls of a client.
 *
 * @module
 */

import { onAbort, remaining, type WaitOptions } from "../io/wait/wait.ts";
import { ERROR } from "../win32/error_codes.ts";
import {
  callMessage,
  type Outcome,
  type Request,
  takeOutcome,
} from "./call_message.ts";
import type { SharedBinding } from "./shared_binding.ts";
import {
  hold,
  onCompletion,
  release,
} from "../io/overlapped/completion_port.ts";
import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { RPC_MESSAGE, rpcrt4 } from "../win32/rpcrt4.ts";
import { field, pack } from "../win32/structs.ts";
import { CallerThread } from "./generated_code/caller_thread.ts";
import { hasGeneratedCode } from "./generated_code/load.ts";
import { CALLER_MESSAGE_OFFSET, CALLER_SLOT } from "./generated_code/slots.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";

/** Makes calls, until it is closed. */
export class PendingCalls {
  readonly #binding: SharedBinding;
  readonly #ended: () => void;
  readonly #closing = new AbortController();

  /** `ended` is called once, when it is closed and no thread is in a call. */
  constructor(binding: SharedBinding, ended: () => void) {
    this.#binding = binding;
    this.#ended = ended;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Makes a call. Rejects with the reason when it is or gets closed. */
  async make(
    request: Omit<Request, "binding">,
    options: WaitOptions,
  ): Promise<Outcome> {
    this.#closing.signal.throwIfAborted();
    const since = performance.now();
    const outcome = await this.#attempt(request, options);
    if (outcome.status !== ERROR.RPC_S_CALL_FAILED_DNE) return outcome;
    // Its connection had ended before the server saw the call.
    await this.#binding.renew();
    options.signal?.throwIfAborted();
    return await this.#attempt(request, remaining(options, since));
  }

  /** Cancels all calls. Safe to call twice. */
  close(reason: unknown): void {
    if (this.closed) return;
    this.#closing.abort(reason);
    if (this.#binding.uses === 0) this.#ended();
  }

  async #attempt(
    request: Omit<Request, "binding">,
    options: WaitOptions,
  ): Promise<Outcome> {
    const giving = new AbortController();
    const closing = this.#closing.signal;
    closing.throwIfAborted();
    const close = () => giving.abort(closing.reason);
    closing.addEventListener("abort", close);
    const disarm = onAbort(options, (reason) => giving.abort(reason));
    try {
      const binding = this.#binding.enter();
      const wait = { signal: giving.signal };
      return await makeCall(
        { ...request, binding },
        wait,
        () => this.#left(),
      );
    } finally {
      disarm();
      closing.removeEventListener("abort", close);
    }
  }

  /** A thread has left a call, possibly long after that was cancelled. */
  #left(): void {
    this.#binding.leave();
    if (this.#binding.uses === 0 && this.closed) this.#ended();
  }
}

/** How many idle threads to keep for later calls. */
const MAX_IDLE_THREADS = 8;
/**
 * A thread may be cancelled just before it enters the call, so it is cancelled
 * again after 1, 2, 4 … ms.
 */
const CANCEL_ATTEMPTS = 10;
const SMALL_REQUEST = 4096;

const idle: IdleCaller[] = [];

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
async function makeCall(
  request: Request,
  wait: WaitOptions,
  left: () => void,
): Promise<Outcome> {
  if (!hasGeneratedCode()) return await callNonblocking(request, wait, left);
  let caller: IdleCaller | undefined;
  let memory: bigint;
  try {
    caller = idle.pop() ?? new IdleCaller();
    memory = caller.prepare(request);
  } catch (error) {
    if (caller !== undefined) idle.push(caller);
    left();
    throw error;
  }
  const cancellable = request.protocol !== "ncalrpc";
  return await caller.call(request, memory, { wait, cancellable, left });
}

/** A thread without a call, and memory for a small request. */
class IdleCaller {
  readonly #small = allocate(SMALL_REQUEST);
  readonly #thread: CallerThread;
  #cancelled = false;

  constructor() {
    try {
      this.#thread = new CallerThread();
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
   * Makes the call whose arguments {@linkcode IdleCaller.prepare} has written
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
    let givenUp: { reason: unknown } | undefined;
    let endCancelling = () => {};
    let held = true;
    const letGo = () => {
      if (held) release();
      held = false;
    };
    const disarm = onAbort(wait, (reason) => {
      givenUp = { reason };
      const abandon = () => {
        letGo();
        reject(reason);
      };
      if (cancellable) endCancelling = this.#cancel(abandon);
      else abandon();
    });
    onCompletion(this.#thread.slot, () => {
      disarm();
      endCancelling();
      letGo();
      const outcome = this.#end(request, memory);
      left();
      if (givenUp !== undefined && outcome.status !== 0) reject(givenUp.reason);
      else resolve(outcome);
      return true;
    });
    hold();
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
    const outcome = takeOutcome({
      address: this.#thread.slot + BigInt(CALLER_MESSAGE_OFFSET),
      status: field(CALLER_SLOT, slot, "status"),
      connected: field(CALLER_SLOT, slot, "connected") !== 0,
      requested: bytes !== undefined,
    });
    // A cancelled thread might apply that to its next call.
    if (this.#cancelled || idle.length >= MAX_IDLE_THREADS) {
      this.#thread.stop();
      free(this.#small);
    } else idle.push(this);
    return outcome;
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

/**
 * Deno's pool has four threads for each processor on Windows; the rest of
 * winipc needs them too.
 */
const THREADS_PER_PROCESSOR = 2;

let turns: AsyncSemaphore | undefined;

/**
 * Makes a call. If `wait` ends first, the promise rejects with the reason at
 * once: the thread is unknown, so it cannot be cancelled. `left` is called
 * once, when the thread has left the call or never entered it.
 */
async function callNonblocking(
  request: Request,
  wait: WaitOptions,
  left: () => void,
): Promise<Outcome> {
  turns ??= new AsyncSemaphore(
    THREADS_PER_PROCESSOR * navigator.hardwareConcurrency,
  );
  let turn: Disposable;
  try {
    turn = await turns.acquire(wait);
  } catch (error) {
    left();
    throw error;
  }
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const disarm = onAbort(wait, reject);
  run(request).then(resolve, reject).finally(() => {
    disarm();
    turn[Symbol.dispose]();
    left();
  });
  return await promise;
}

async function run(request: Request): Promise<Outcome> {
  const { raw } = rpcrt4();
  const { bytes } = request;
  const address = allocate(RPC_MESSAGE.size);
  try {
    copyIn(address, callMessage(request));
    let status = await raw.I_RpcGetBufferNonblocking(address);
    const connected = status === 0;
    if (connected && bytes !== undefined) {
      fill(address, bytes);
      status = await raw.I_RpcSendReceiveNonblocking(address);
    }
    const requested = bytes !== undefined;
    return takeOutcome({ address, status, connected, requested });
  } finally {
    free(address);
  }
}

/**
 * Writes the arguments to the buffer of the message, which may be longer, and
 * sets its length.
 */
function fill(address: bigint, bytes: Uint8Array): void {
  const message = new Uint8Array(RPC_MESSAGE.size);
  copyOut(address, message);
  copyIn(field(RPC_MESSAGE, message, "Buffer"), bytes);
  const at = RPC_MESSAGE.fields.BufferLength[0];
  const length = new Uint32Array([bytes.byteLength]);
  copyIn(address + BigInt(at), new Uint8Array(length.buffer));
}
