/**
 * The threads that call: a call waits on a thread of its own, not on one of
 * Deno's few, which rings when it has ended.
 *
 * @module
 */

import { hold, onRing, release, ringFunction } from "../io/port.ts";
import { SlotThread } from "../io/slot_thread.ts";
import { onGivingUp, type WaitOptions } from "../io/wait.ts";
import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { RPC_MESSAGE, rpcrt4 } from "../win32/rpcrt4.ts";
import { loadCaller } from "../win32/rpcrt4_code.ts";
import { field, pack } from "../win32/structs.ts";
import { isWine } from "../win32/wine.ts";
import { CALLER_MESSAGE_OFFSET, CALLER_SLOT } from "./slots.ts";

/** What a call needs. */
export interface Request {
  /** The binding handle. */
  readonly binding: bigint;
  /** Where the `RPC_CLIENT_INTERFACE` stands. */
  readonly target: bigint;
  /** The procedure's number. */
  readonly procedure: number;
  /** Its arguments; undefined only connects. */
  readonly bytes: Uint8Array | undefined;
}

/** How a call ended: its status, and the results where that is 0. */
export interface Outcome {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** So many idle threads stay for the next calls. */
const KEPT_THREADS = 8;
/** A thread that is called back may have been on its way into the call: so it is called again, after so many ms. */
const CALL_BACK_MS = 1;
/** What does not come back within so many ms, such as a connection to a far computer, is left to its thread. */
const PATIENCE_MS = 1000;
/** Little-endian, ASCII, IEEE. */
const NDR_LOCAL_DATA_REPRESENTATION = 0x10;
const SMALL_REQUEST = 4096;

const idle: CallerThread[] = [];
let code = 0n;

/**
 * Makes a call on a thread. When `wait` gives up, the thread is called back,
 * and the promise rejects with the reason once it has left the call, or after a
 * second. `left` is called once, when the thread has left the call or never
 * came to it: only then may what the request names go.
 */
export async function callOnThread(
  request: Request,
  wait: WaitOptions,
  left: () => void,
): Promise<Outcome> {
  let thread: CallerThread | undefined;
  let memory: bigint;
  try {
    thread = idle.pop() ?? new CallerThread();
    memory = thread.begin(request);
  } catch (error) {
    if (thread !== undefined) idle.push(thread);
    left();
    throw error;
  }
  return await thread.go(memory, wait, left);
}

/** How many threads wait for the next call. */
export function idleThreads(): number {
  return idle.length;
}

class CallerThread {
  readonly #small = allocate(SMALL_REQUEST);
  readonly #thread: SlotThread;
  #cancelled = false;

  constructor() {
    try {
      code ||= loadCaller(ringFunction());
      this.#thread = new SlotThread(code, CALLER_SLOT);
    } catch (error) {
      free(this.#small);
      throw error;
    }
  }

  /** Makes the call that {@linkcode CallerThread.begin} has prepared with `memory`. */
  go(memory: bigint, wait: WaitOptions, left: () => void): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    let patience: ReturnType<typeof setTimeout> | undefined;
    let givenUp: { reason: unknown } | undefined;
    let held = true;
    const letGo = () => {
      if (held) release();
      held = false;
    };
    const disarm = onGivingUp(wait, (reason) => {
      givenUp = { reason };
      this.#callBack();
      patience = setTimeout(() => {
        clearTimeout(this.#callingBack);
        letGo();
        reject(reason);
      }, PATIENCE_MS);
    });
    onRing(this.#thread.slot, () => {
      disarm();
      clearTimeout(patience);
      letGo();
      clearTimeout(this.#callingBack);
      const outcome = this.#end(memory);
      left();
      if (givenUp !== undefined && outcome.status !== 0) reject(givenUp.reason);
      else resolve(outcome);
      return true;
    });
    hold();
    this.#thread.go();
    return promise;
  }

  /** Puts a request down, and gives the memory that it takes. */
  begin({ binding, target, procedure, bytes }: Request): bigint {
    const length = bytes?.byteLength ?? 0;
    const memory = length > SMALL_REQUEST ? allocate(length) : this.#small;
    if (bytes !== undefined) copyIn(memory, bytes);
    const slot = pack(CALLER_SLOT, {
      request: bytes === undefined ? 0n : memory,
      length,
    });
    slot.set(
      pack(RPC_MESSAGE, {
        Handle: binding,
        DataRepresentation: NDR_LOCAL_DATA_REPRESENTATION,
        BufferLength: length,
        ProcNum: procedure,
        RpcInterfaceInformation: target,
      }),
      CALLER_MESSAGE_OFFSET,
    );
    this.#thread.fill(slot);
    return memory;
  }

  #end(memory: bigint): Outcome {
    if (memory !== this.#small) free(memory);
    const slot = this.#thread.read();
    const status = field(CALLER_SLOT, slot, "status");
    const requested = field(CALLER_SLOT, slot, "request") !== 0n;
    const message = slot.subarray(CALLER_MESSAGE_OFFSET);
    const bytes = new Uint8Array(
      status === 0 && requested
        ? field(RPC_MESSAGE, message, "BufferLength")
        : 0,
    );
    if (status === 0) copyOut(field(RPC_MESSAGE, message, "Buffer"), bytes);
    // Windows has freed the buffer of a call that failed. Wine has not where it
    // still names the connection, which this gives back to the binding.
    const named = field(RPC_MESSAGE, message, "ReservedForRuntime") !== 0n;
    if (status === 0 || named) {
      rpcrt4().raw.I_RpcFreeBuffer(
        this.#thread.slot + BigInt(CALLER_MESSAGE_OFFSET),
      );
    } else if (field(CALLER_SLOT, slot, "connected") !== 0 && isWine()) {
      // Wine's I_RpcReceive forgets the reference that the call had to the
      // binding, which would keep its stale association for ever.
      const handle = field(RPC_MESSAGE, message, "Handle");
      rpcrt4().raw.RpcBindingFree(new BigUint64Array([handle]));
    }
    // A thread that was called back might take that for its next call.
    if (this.#cancelled || idle.length >= KEPT_THREADS) this.#stop();
    else idle.push(this);
    return { status, bytes };
  }

  #callingBack: ReturnType<typeof setTimeout> | undefined;

  #callBack(): void {
    this.#cancelled = true;
    rpcrt4().raw.RpcCancelThreadEx(this.#thread.handle, 0);
    this.#callingBack = setTimeout(() => this.#callBack(), CALL_BACK_MS);
    Deno.unrefTimer(this.#callingBack);
  }

  #stop(): void {
    this.#thread.stop();
    free(this.#small);
  }
}
