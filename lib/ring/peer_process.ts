/**
 * The process of a ring's other end, to detect that it ended without closing.
 *
 * @module
 */

import { Handle } from "../io/object/handle.ts";
import { openProcessHandle, startTime } from "../io/object/process_handle.ts";
import { isSignaled, poll, type WaitTarget } from "../io/wait/wait_set.ts";
import { ROLE_AT, STATE } from "./layout.ts";
import type { RingRole } from "./mapped_ring.ts";
import type { RingMemory } from "./memory.ts";

/**
 * Finds the process by what it wrote when it joined. If it belongs to another
 * user and cannot be opened, only its close is detected.
 */
export class PeerProcess {
  readonly #memory: RingMemory;
  readonly #role: RingRole;
  #target: WaitTarget | undefined;
  #ended = false;
  #unobservable = false;

  /** The process that has `role` in the ring at `memory`. */
  constructor(memory: RingMemory, role: RingRole) {
    this.#memory = memory;
    this.#role = role;
  }

  /** Whether the process is known to have ended without closing its end. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The process, to wait for its end; undefined before it is known. */
  get target(): WaitTarget | undefined {
    return this.#target;
  }

  /** Opens the process once it has joined, and finds out whether it has ended. */
  poll(): void {
    if (this.#ended || this.#unobservable) return;
    const { state, pid, began } = ROLE_AT[this.#role];
    if (this.#memory.load(state) !== STATE.joined) return;
    if (this.#target !== undefined) {
      const result = poll(this.#target.handle.raw);
      if (typeof result === "number" && isSignaled(result)) this.setEnded();
      return;
    }
    const low = this.#memory.plain(began);
    const high = this.#memory.plain(began + 4);
    const since = BigInt(high) << 32n | BigInt(low);
    const found = processOf(this.#memory.plain(pid), since);
    if (found === "unobservable") this.#unobservable = true;
    else if (found === "ended") this.setEnded();
    else this.#target = found;
  }

  /** A wait for {@linkcode target} has succeeded. */
  setEnded(): void {
    this.#ended = true;
  }

  /** Closes the handle of the process. */
  close(): void {
    this.#target?.handle.close();
  }
}

/**
 * The process `pid` that started at `since`. Another process may have its pid
 * by now.
 */
function processOf(
  pid: number,
  since: bigint,
): WaitTarget | "ended" | "unobservable" {
  let raw: bigint;
  try {
    raw = openProcessHandle(pid);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "ended" : "unobservable";
  }
  const handle = new Handle(raw, `The process ${pid}`);
  if (startTime(raw) !== since) {
    handle.close();
    return "ended";
  }
  handle.setRef(false);
  return { handle };
}
