/**
 * The stdin, stdout and stderr of a new process.
 *
 * @module
 */

import { checkChoice } from "../io/checks.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import {
  hasOverlappedHandle,
  inheritableHandle,
  isInheritable,
} from "../io/object/inheritance.ts";
import {
  DUPLICATE_SAME_ACCESS,
  INVALID_HANDLE_VALUE,
} from "../win32/constants.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { openFile } from "../win32/open_file.ts";
import type { ChildPipes } from "./child.ts";
import type { AnonymousPipeEnd } from "./end.ts";
import type { Inheritable } from "./inheritable.ts";
import { createPipe } from "./pipe.ts";

/**
 * The stream of a child: that of this process, nothing, a new pipe, or an
 * object of this process.
 */
export type ChildStdio = "inherit" | "null" | "pipe" | Inheritable;

/** The requested streams. */
export interface StdioOptions {
  readonly stdin: ChildStdio;
  readonly stdout: ChildStdio;
  readonly stderr: ChildStdio;
}

const STREAMS = ["stdin", "stdout", "stderr"] as const;
const WORDS = ["inherit", "null", "pipe"];
const STD_HANDLE = {
  stdin: 0xffff_fff6,
  stdout: 0xffff_fff5,
  stderr: 0xffff_fff4,
} as const;
const GENERIC_READ_WRITE = 0xc000_0000;
const SHARE_READ_WRITE = 3;

/** Checks the options before any native call. */
export function checkStdio(options: StdioOptions): void {
  for (const stream of STREAMS) {
    const wanted: unknown = options[stream];
    if (isInheritable(wanted)) {
      if (hasOverlappedHandle(wanted)) throw notSynchronous(stream);
      continue;
    }
    checkChoice(stream, wanted, WORDS);
  }
}

/**
 * Programs read and write their standard streams without an OVERLAPPED. On an
 * overlapped handle such a call may return before it has ended (Microsoft:
 * ReadFile; rust-lang/rust#38811).
 */
function notSynchronous(stream: string): TypeError {
  return new TypeError(
    `Invalid ${stream}: the pipe is overlapped, and programs use their ${stream} synchronously; give "pipe", or the inheritable end of createAnonymousPipe()`,
  );
}

/**
 * The three streams for one child. `using` closes the handles that only the
 * child needs.
 */
export class Stdio implements Disposable {
  /** Their handles by name; 0 for none. */
  readonly handles: Record<typeof STREAMS[number], bigint>;
  readonly #ours: Partial<Record<typeof STREAMS[number], AnonymousPipeEnd>> =
    {};
  readonly #closing: (() => void)[] = [];

  /** Opens the handles; without options, there are none. */
  constructor(options: StdioOptions | undefined) {
    this.handles = { stdin: 0n, stdout: 0n, stderr: 0n };
    if (options === undefined) return;
    try {
      for (const stream of STREAMS) {
        this.handles[stream] = this.#open(stream, options[stream]);
      }
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** The ends that this process keeps. */
  get pipes(): ChildPipes {
    const { stdin, stdout, stderr } = this.#ours;
    return { stdin, stdout, stderr };
  }

  /** Closes all ends, because there is no child. */
  abandon(): void {
    this[Symbol.dispose]();
    for (const end of Object.values(this.#ours)) end.close();
  }

  [Symbol.dispose](): void {
    for (const close of this.#closing.splice(0)) close();
  }

  #open(stream: typeof STREAMS[number], wanted: ChildStdio): bigint {
    switch (wanted) {
      case "inherit":
        return this.#standard(stream);
      case "null":
        return this.#nothing();
      case "pipe":
        return this.#pipe(stream);
    }
    return inheritableHandle(stream, wanted);
  }

  #pipe(stream: typeof STREAMS[number]): bigint {
    const role = stream === "stdin" ? "read" : "write";
    const pipe = createPipe(role);
    this.#ours[stream] = role === "read" ? pipe.write : pipe.read;
    this.#closing.push(() => pipe[role].close());
    return inheritableHandle(stream, pipe[role]);
  }

  /**
   * A copy of a stream of this process, or 0 if it has none, like a program
   * without a console. All Workers share the stream itself, and with it the
   * flag that makes it inheritable: another spawn could reset it meanwhile.
   */
  #standard(stream: typeof STREAMS[number]): bigint {
    const { raw, call } = kernel32();
    const handle = raw.GetStdHandle(STD_HANDLE[stream]);
    // DuplicateHandle takes the invalid handle for this process.
    if (handle === 0n || handle === INVALID_HANDLE_VALUE) return 0n;
    const self = raw.GetCurrentProcess();
    const copy = new BigUint64Array(1);
    const copied = raw.DuplicateHandle(
      self,
      handle,
      self,
      copy,
      0,
      0,
      DUPLICATE_SAME_ACCESS,
    );
    if (copied === 0) return 0n;
    this.#closing.push(() => call.CloseHandle(copy[0]!));
    return copy[0]!;
  }

  #nothing(): bigint {
    const { call } = kernel32();
    const raw = wrapWin32Error(
      "Cannot open NUL",
      () => openFile("NUL", GENERIC_READ_WRITE, 0, SHARE_READ_WRITE),
    );
    this.#closing.push(() => call.CloseHandle(raw));
    return raw;
  }
}
