/**
 * One request and its answer in one call.
 *
 * @module
 */

import { checkBytes, checkSize } from "../io/checks.ts";
import {
  DEFAULT_MAX_MESSAGE,
  type ReadMessageOptions,
} from "../io/stream/connection.ts";
import { checkUnresized } from "../win32/check_unresized.ts";
import { remaining } from "../io/wait/wait_options.ts";
import { connectPipe, type ConnectPipeOptions } from "./connect.ts";

/** The options of {@linkcode callPipe}. */
export type CallPipeOptions =
  & Omit<ConnectPipeOptions, "mode" | "access">
  & ReadMessageOptions;

/**
 * Connects to the message pipe `name`, sends `request`, reads one message as
 * the answer, and closes.
 *
 * Does the same as Windows' `CallNamedPipeW`, by `CreateFileW` and
 * `TransactNamedPipe`, so that it can be cancelled. `timeout` covers all of it.
 * A byte pipe keeps no boundary after the answer: use {@linkcode connectPipe}.
 * Throws the same errors as {@linkcode connectPipe} and {@linkcode
 * PipeConnection.transact}.
 *
 * @example
 * ```ts
 * import { callPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("calculator", { mode: "message" });
 * const served = listener.accept().then(async (connection) => {
 *   const question = await connection.readMessage();
 *   console.log(new TextDecoder().decode(question ?? undefined)); // 6*7
 *   await connection.write(new TextEncoder().encode("42"));
 *   connection.close();
 * });
 *
 * const request = new TextEncoder().encode("6*7");
 * const answer = await callPipe("calculator", request, { timeout: 5000 });
 * console.log(new TextDecoder().decode(answer)); // 42
 * await served;
 * ```
 */
export async function callPipe(
  name: string,
  request: Uint8Array,
  options: CallPipeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, timeout, waitForPeer, impersonation } = options;
  const { maxSize = DEFAULT_MAX_MESSAGE } = options;
  checkBytes(request);
  checkSize("maxSize", maxSize);
  const size = request.byteLength;
  const since = performance.now();
  const wait = { signal, timeout };
  await using connection = await connectPipe(name, {
    ...wait,
    waitForPeer,
    impersonation,
    mode: "message",
  });
  checkUnresized(request, size);
  return await connection.transact(request, {
    ...remaining(wait, since),
    maxSize,
  });
}
