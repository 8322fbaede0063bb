/**
 * The objects that a child can inherit, and the numbers by which it finds them.
 *
 * @module
 */

import type { Connection } from "../io/stream/connection.ts";
import { handleOf } from "../io/object/inheritance.ts";
import type { SharedMemory } from "../shared_memory/mod.ts";
import type { SyncObject } from "../sync/mod.ts";

/**
 * An object that a child can inherit: pipes, sections, events, mutexes,
 * semaphores and processes.
 */
export type Inheritable = Connection | SharedMemory | SyncObject;

/**
 * Returns the number of an object's handle, as debuggers and Process Explorer
 * show it. The object is an {@linkcode Inheritable}, a pipe listener (the
 * handle of the instance that has waited longest), a mailslot, its sender, or a
 * mapped file.
 *
 * A child that inherits the object uses the same number. {@linkcode spawn}
 * inserts it for an object in `args` and `env`; use this function to pass it in
 * another way.
 *
 * @throws {Deno.errors.BadResource} when the object is closed
 * @throws {TypeError} for a value without a handle
 *
 * @example
 * ```ts
 * import { createAnonymousPipe, handleValue, spawn } from "@winipc/winipc";
 *
 * using pipe = createAnonymousPipe({ inheritable: "read" });
 * await using child = spawn("cmd.exe", {
 *   args: ["/c", "echo", `--input=${handleValue(pipe.read)}`],
 *   handles: [pipe.read],
 * });
 * console.log((await child.status).code);
 * ```
 */
export function handleValue(object: object): number {
  return Number(handleOf(object));
}
