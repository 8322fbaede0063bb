/**
 * Calls without generated code: each blocks a thread of Deno's pool, so their
 * number is limited.
 *
 * @module
 */

import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { onAbort } from "../io/wait/on_abort.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { allocate, copyIn, free } from "../win32/memory.ts";
import { RPC_MESSAGE, rpcrt4 } from "../win32/rpcrt4.ts";
import {
  callMessage,
  fillMessage,
  type Outcome,
  type Request,
  takeOutcome,
} from "./call_message.ts";

/**
 * Deno's pool has four threads for each processor on Windows; the rest of
 * winipc needs them too.
 */
const THREADS_PER_PROCESSOR = 2;

let semaphore: AsyncSemaphore | undefined;

/**
 * Makes a call. If `wait` ends first, the promise rejects with the reason at
 * once: the thread is unknown, so it cannot be cancelled. `left` is called
 * once, when the thread has left the call or never entered it.
 */
export async function callNonblocking(
  request: Request,
  wait: WaitOptions,
  left: () => void,
): Promise<Outcome> {
  semaphore ??= new AsyncSemaphore(
    THREADS_PER_PROCESSOR * navigator.hardwareConcurrency,
  );
  let turn: Disposable;
  try {
    turn = await semaphore.acquire(wait);
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
      fillMessage(address, bytes);
      status = await raw.I_RpcSendReceiveNonblocking(address);
    }
    const requested = bytes !== undefined;
    return takeOutcome({ address, status, connected, requested });
  } finally {
    free(address);
  }
}
