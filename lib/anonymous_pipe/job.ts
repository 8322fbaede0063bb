/**
 * Jobs: processes that Windows ends together.
 *
 * @module
 */

import { Handle } from "../io/object/handle.ts";
import { kernel32 } from "../win32/kernel32.ts";
import {
  JOBOBJECT_BASIC_LIMIT_INFORMATION,
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
  pack,
} from "../win32/structs.ts";

const JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x2000;
const EXTENDED_LIMIT_INFORMATION_CLASS = 9;

/** Open jobs. Held here because garbage collection must not end processes. */
const open = new Set<Job>();

/**
 * Processes that end when the job is closed. Windows closes it when its owner
 * dies.
 */
export class Job {
  readonly #handle: Handle;

  /**
   * Creates an empty job. Calls `CreateJobObjectW` and
   * `SetInformationJobObject`.
   */
  constructor() {
    const { call } = kernel32();
    this.#handle = new Handle(call.CreateJobObjectW(0n, 0n), "The job");
    open.add(this);
    const limits = new Uint8Array(JOBOBJECT_EXTENDED_LIMIT_INFORMATION.size);
    limits.set(pack(JOBOBJECT_BASIC_LIMIT_INFORMATION, {
      LimitFlags: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    }));
    try {
      call.SetInformationJobObject(
        this.#handle.raw,
        EXTENDED_LIMIT_INFORMATION_CLASS,
        limits,
        limits.byteLength,
      );
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Adds a process, and all processes that it will start. */
  add(process: bigint): void {
    kernel32().call.AssignProcessToJobObject(this.#handle.raw, process);
  }

  /** Ends all processes. */
  terminate(exitCode: number): void {
    kernel32().call.TerminateJobObject(this.#handle.raw, exitCode);
  }

  /** Closes the job, which ends all processes. Safe to call twice. */
  close(): void {
    open.delete(this);
    this.#handle.close();
  }
}
