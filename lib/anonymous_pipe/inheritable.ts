/**
 * What can be handed to a child, and the number by which it finds it.
 *
 * @module
 */

import type { Connection } from "../io/connection.ts";
import { handleOf } from "../io/inheritance.ts";
import type { SharedMemory } from "../shared_memory/mod.ts";
import type { SyncObject } from "../sync/mod.ts";

/** What a child can inherit: pipes, sections, events, mutexes and semaphores, and processes. */
export type Inheritable = Connection | SharedMemory | SyncObject;

/**
 * The number of an object's handle: of an {@linkcode Inheritable}, of a pipe's
 * listener (that of the instance that waits longest), a mailslot, its sender, or
 * a mapped file. It is what debuggers and Process Explorer show.
 *
 * In a child that inherits the object the number is the same.
 * {@linkcode spawn} puts it for an object in `args` and `env` by
 * itself; this is for telling it in another way.
 *
 * @throws {Deno.errors.BadResource} when the object is closed
 * @throws {TypeError} for something without a handle
 *
 * @example
 * ```ts
 * import { createAnonymousPipe, handleNumber, spawn } from "@winipc/winipc";
 *
 * using pipe = createAnonymousPipe({ inheritable: "read" });
 * await using child = spawn("cmd.exe", {
 *   args: ["/c", "echo", `--input=${handleNumber(pipe.read)}`],
 *   handles: [pipe.read],
 * });
 * console.log((await child.status).code);
 * ```
 */
export function handleNumber(object: object): number {
  return Number(handleOf(object));
}
