/**
 * A child process.
 *
 * @module
 */

import { checkInteger } from "../io/checks.ts";
import { toDenoError, wrapWin32Error } from "../io/deno_error.ts";
import { Handle } from "../io/object/handle.ts";
import { exitCodeOf } from "../io/object/process_handle.ts";
import { reconsiderRefs, takeAny, waitAny } from "../io/wait/waiter.ts";
import { lastError } from "../win32/error.ts";
import { kernel32 } from "../win32/kernel32.ts";
import type { AnonymousPipeEnd } from "./end.ts";
import type { Job } from "./job.ts";

/** How a process ended. */
export interface ChildStatus {
  /** Whether its exit code is 0. */
  readonly success: boolean;
  /** Its exit code, 0 to 4294967295. */
  readonly code: number;
}

/** The ends of a child's pipes that this process keeps. */
export interface ChildPipes {
  /** Its stdin. */
  readonly stdin: AnonymousPipeEnd | undefined;
  /** Its stdout. */
  readonly stdout: AnonymousPipeEnd | undefined;
  /** Its stderr. */
  readonly stderr: AnonymousPipeEnd | undefined;
}

const KILLED = 1;
const STILL_ACTIVE = 259;

/**
 * A child process. Made by {@linkcode spawn}.
 *
 * At the end of a block, `using` ends it, and with `endWithParent` also the
 * processes that it started. `await using` also waits for its end.
 *
 * @example
 * ```ts
 * import { spawn } from "@winipc/winipc";
 *
 * await using child = spawn("cmd.exe", { args: ["/c", "echo", "hello"], stdout: "pipe" });
 * console.log(child.pid, await new Response(child.stdout.readable).text());
 * console.log((await child.status).code); // 0
 * ```
 */
export class SpawnedChild implements Disposable, AsyncDisposable {
  /** The process' id. */
  readonly pid: number;
  /**
   * Resolves when the process has ended, on the thread that all waits of the
   * program share. Rejects with {@linkcode Deno.errors.BadResource} if
   * {@linkcode SpawnedChild.close} is called first.
   */
  readonly status: Promise<ChildStatus>;
  readonly #handle: Handle;
  readonly #pipes: ChildPipes;
  readonly #job: Job | undefined;
  readonly #signal: AbortSignal | undefined;

  /** Use {@linkcode spawn}. */
  constructor(
    pid: number,
    process: bigint,
    pipes: ChildPipes,
    job: Job | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.pid = pid;
    this.#handle = new Handle(process, `The process ${pid}`);
    this.#pipes = pipes;
    this.#job = job;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#killOnAbort);
    this.status = this.#end();
    // Prevents an unhandled rejection if the program never reads it.
    this.status.catch(() => {});
  }

  /** The writing end of its stdin. Throws a `TypeError` unless that is `"pipe"`. */
  get stdin(): AnonymousPipeEnd {
    return piped("stdin", this.#pipes.stdin);
  }

  /** The reading end of its stdout. Throws a `TypeError` unless that is `"pipe"`. */
  get stdout(): AnonymousPipeEnd {
    return piped("stdout", this.#pipes.stdout);
  }

  /** The reading end of its stderr. Throws a `TypeError` unless that is `"pipe"`. */
  get stderr(): AnonymousPipeEnd {
    return piped("stderr", this.#pipes.stderr);
  }

  /**
   * Ends the process at once, without notice; with `endWithParent` also all
   * processes that it started. Does nothing if it has already ended.
   *
   * Calls `TerminateProcess` or `TerminateJobObject`.
   */
  kill(exitCode: number = KILLED): void {
    checkInteger("exitCode", exitCode, 0, 0xffff_ffff);
    const handle = this.#handle;
    if (!handle.closed && this.#job !== undefined) {
      return wrapWin32Error(
        `Cannot end ${handle.named}`,
        () => this.#job!.terminate(exitCode),
      );
    }
    if (handle.closed || this.#isOver()) return;
    const { raw } = kernel32();
    if (raw.TerminateProcess(handle.raw, exitCode) !== 0) return;
    const error = lastError("TerminateProcess");
    if (this.#isEnding()) return;
    throw toDenoError(`Cannot end ${handle.named}`, error);
  }

  /** Keeps the program alive until the child ends; this is the default. */
  ref(): void {
    this.#handle.setRef(true);
    reconsiderRefs();
  }

  /** Lets the program end while the child runs on. */
  unref(): void {
    this.#handle.setRef(false);
    reconsiderRefs();
  }

  /**
   * Closes this process' handles of the child and its pipes. The child keeps
   * running unless `endWithParent` was given. Safe to call twice.
   */
  close(): void {
    this.#stopListening();
    this.#handle.close();
    this.#job?.close();
    const { stdin, stdout, stderr } = this.#pipes;
    for (const end of [stdin, stdout, stderr]) end?.close();
  }

  /** Ends the child and closes its handles and pipes here. */
  [Symbol.dispose](): void {
    try {
      this.kill();
    } finally {
      this.close();
    }
  }

  /** Ends the child, waits for its end, and closes its handles and pipes here. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill();
      this.ref();
      await this.status.catch(() => {});
    } finally {
      this.close();
      await this.#handle.closeAndSettle();
      const { stdin, stdout, stderr } = this.#pipes;
      for (const end of [stdin, stdout, stderr]) {
        await end?.[Symbol.asyncDispose]();
      }
    }
  }

  readonly #killOnAbort = () => this.kill();

  async #end(): Promise<ChildStatus> {
    const handle = this.#handle;
    await waitAny([{ handle }], {});
    const code = exitCodeOf(handle.raw);
    this.#stopListening();
    // A job may have to end processes that the child has started, later.
    if (this.#job === undefined) handle.close();
    return { success: code === 0, code };
  }

  #isOver(): boolean {
    return takeAny([{ handle: this.#handle }]) !== undefined;
  }

  /**
   * Whether Windows refuses to end the process because it ends already. It has
   * its exit code then, but may not be signaled yet (libuv/libuv#4341,
   * nodejs/node#51766).
   */
  #isEnding(): boolean {
    return this.#isOver() || exitCodeOf(this.#handle.raw) !== STILL_ACTIVE;
  }

  #stopListening(): void {
    this.#signal?.removeEventListener("abort", this.#killOnAbort);
  }
}

function piped(
  name: string,
  end: AnonymousPipeEnd | undefined,
): AnonymousPipeEnd {
  if (end !== undefined) return end;
  throw new TypeError(
    `Cannot reach the child's ${name}: start it with ${name}: "pipe"`,
  );
}
