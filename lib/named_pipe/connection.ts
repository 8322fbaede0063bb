/**
 * One end of a connection over a named pipe.
 *
 * @module
 */

import { checkBytes, checkSize } from "../io/checks.ts";
import {
  Connection,
  DEFAULT_MAX_MESSAGE,
  type Halves,
  halvesOf,
  type PipeMode,
  type ReadMessageOptions,
} from "../io/stream/connection.ts";
import { toDenoError, wrapWin32Error } from "../io/deno_error.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import type { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import {
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { OTHER_SIDE_CLOSED } from "../io/stream/pipe_writer.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
import { checkUnresized } from "../win32/check_unresized.ts";
import type { PipeAccess } from "./instance.ts";
import {
  asClient,
  peerOf,
  type PipePeer,
  type PipeRole,
  type PipeUser,
  serverOf,
  userOfClient,
} from "./peer.ts";

/** The unread data of a pipe. */
export interface PipePeek {
  /** How many bytes wait in total. */
  readonly available: number;
  /** How many bytes of the next message wait; 0 in byte mode. */
  readonly message: number;
  /** The first bytes, as many as requested and available. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The properties of one end of a pipe. */
export interface PipeEnd {
  readonly role: PipeRole;
  readonly access: PipeAccess;
  readonly onClose?: () => void;
}

const FIRST_ANSWER = 4096;

/**
 * A connection over a named pipe. Made by {@linkcode connectPipe} and
 * {@linkcode PipeListener.accept}.
 *
 * @example
 * ```ts
 * import { connectPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("app", { mode: "message" });
 * await using client = await connectPipe("app", { mode: "message" });
 * await using server = await listener.accept(); // in another process
 * await client.write(new TextEncoder().encode("hello"));
 * console.log(server.role, server.peer().pid, server.peek().available);
 * ```
 */
export class PipeConnection extends Connection {
  /** Whether this is the server's or the client's end. */
  readonly role: PipeRole;
  /** What this end may do. */
  readonly access: PipeAccess;
  readonly #halves: Halves;
  readonly #server: PipePeer | undefined;
  #writesClosed = false;
  /** Whether a transaction is pending, or was cancelled while pending. */
  #answerDue = false;

  /** Use {@linkcode connectPipe} or {@linkcode PipeListener.accept}. */
  constructor(
    name: string,
    mode: PipeMode,
    handle: OverlappedHandle,
    { role, access, onClose }: PipeEnd,
  ) {
    const halves = halvesOf(handle, name);
    super(name, mode, halves, onClose);
    this.#halves = halves;
    this.role = role;
    this.access = access;
    if (role === "client") this.#server = serverOf(handle.raw);
  }

  /**
   * Writes, like {@linkcode Connection.write}, unless `closeWrite()` was
   * called.
   */
  override write(
    bytes: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number> {
    if (this.access === "read") {
      return Promise.reject(
        new Deno.errors.PermissionDenied(
          `Cannot write to "${this.name}": this end of the pipe only reads`,
        ),
      );
    }
    if (this.#writesClosed) {
      return Promise.reject(
        new Deno.errors.BadResource(
          `Cannot write to "${this.name}": closeWrite() was called`,
        ),
      );
    }
    return super.write(bytes, options);
  }

  /**
   * Announces the end of the data, and keeps reading. Windows' pipes have no
   * half-close. In message mode, an empty message means the end, as in go-winio
   * and Docker; `read` and `readable` treat it so. In byte mode it throws
   * {@linkcode Deno.errors.NotSupported}.
   */
  async closeWrite(options: WaitOptions = {}): Promise<void> {
    if (this.mode === "byte") {
      throw new Deno.errors.NotSupported(
        `Cannot close only the writing half of "${this.name}": a pipe in byte mode has no half-close; use message mode, or close()`,
      );
    }
    await this.write(new Uint8Array(), options);
    this.#writesClosed = true;
  }

  /**
   * Writes `request` and reads one message as the answer, in a single call.
   * Message mode only.
   *
   * If it is cancelled while pending, its answer may still arrive. Later
   * transactions then reject, because they could mistake that answer for their
   * own.
   *
   * Calls `TransactNamedPipe`. Throws a `TypeError` in byte mode, {@linkcode
   * Deno.errors.Busy} when the pipe has unread data or an earlier transaction
   * was cancelled, {@linkcode Deno.errors.BrokenPipe} when the other side has
   * closed, {@linkcode Deno.errors.InvalidData} for an answer longer than
   * `maxSize`.
   *
   * @example
   * ```ts
   * import { connectPipe, listenPipe } from "@winipc/winipc";
   *
   * await using listener = listenPipe("calculator", { mode: "message" });
   * await using connection = await connectPipe("calculator", { mode: "message" });
   * await using server = await listener.accept(); // in another process
   * const answered = server.readMessage().then(() =>
   *   server.write(new TextEncoder().encode("42"))
   * );
   *
   * const answer = await connection.transact(new TextEncoder().encode("6*7"));
   * console.log(new TextDecoder().decode(answer));
   * await answered;
   * ```
   */
  async transact(
    request: Uint8Array,
    options: ReadMessageOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { maxSize = DEFAULT_MAX_MESSAGE } = options;
    checkBytes(request);
    checkSize("maxSize", maxSize);
    if (this.mode === "byte") {
      throw new TypeError(
        `Cannot transact over "${this.name}": it is in byte mode`,
      );
    }
    const size = request.byteLength;
    const since = performance.now();
    const wait = withTimeoutMessage(
      options,
      () => `Cannot transact over "${this.name}": no answer came`,
    );
    using _write = await this.#halves.writer.turns.acquire(wait);
    using _read = await this.#halves.reader.turns.acquire(
      remaining(wait, since),
    );
    this.#halves.writer.assertWhole();
    if (this.#answerDue) {
      throw new Deno.errors.Busy(
        `Cannot transact over "${this.name}": an earlier one was cancelled, and its answer may still come; connect again, or use write() and readMessage()`,
      );
    }
    checkUnresized(request, size);
    const first = await this.#exchange(request, remaining(wait, since));
    return await this.#halves.reader.complete(first, maxSize);
  }

  /**
   * Returns up to `limit` bytes (default 0) of the data in the pipe without
   * taking them, and how much there is.
   *
   * Calls `PeekNamedPipe`. Throws {@linkcode Deno.errors.BrokenPipe} when the
   * other side has closed and no data is left.
   */
  peek(limit = 0): PipePeek {
    checkSize("limit", limit);
    const buffer = new Uint8Array(limit);
    const counts = [0, 1, 2].map(() => new Uint32Array(1));
    const [read, available, rest] = counts as [
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
    ];
    wrapWin32Error(
      `Cannot peek into "${this.name}"`,
      () =>
        kernel32().call.PeekNamedPipe(
          this.#halves.handle.raw,
          limit === 0 ? null : buffer,
          limit,
          read,
          available,
          rest,
        ),
      OTHER_SIDE_CLOSED,
    );
    return {
      available: available[0]!,
      message: this.mode === "message" ? read[0]! + rest[0]! : 0,
      bytes: buffer.subarray(0, read[0]!),
    };
  }

  /**
   * Returns the process at the other end.
   *
   * Calls `GetNamedPipeClientProcessId` and related functions, or those for the
   * server. A client asks when it connects, because Windows has no answer once
   * the server has disconnected it (Wine's kernel32/tests/pipe.c,
   * test_namedpipe_process_id).
   */
  peer(): PipePeer {
    this.#halves.handle.assertOpen();
    return this.#server ??
      peerOf(this.#halves.handle.raw, this.role, this.name);
  }

  /**
   * Returns the account of the client. Only a server can ask, after it has read
   * from the client. It fails for a client that connected anonymously.
   *
   * Calls `ImpersonateNamedPipeClient`, `GetTokenInformation` and, after
   * `RevertToSelf`, `LookupAccountSidW`; needs advapi32.dll.
   */
  peerUser(): PipeUser {
    return userOfClient(this.#asServer(), this.name);
  }

  /**
   * Runs `scope` synchronously with the client's rights, as far as the client
   * allowed it when it connected. Only a server can do so, after it has read
   * from the client. Open everything that the scope uses first: libraries and
   * files that it opens are opened with the client's rights.
   *
   * Calls `ImpersonateNamedPipeClient` and `RevertToSelf`; needs advapi32.dll.
   * If `RevertToSelf` fails, the process ends, because it could only continue
   * as the client.
   */
  impersonate<T>(scope: () => T): T {
    return asClient(this.#asServer(), this.name, scope);
  }

  /**
   * The handle of a server's end, with everything bound that impersonation
   * needs.
   */
  #asServer(): bigint {
    if (this.role === "client") {
      throw new TypeError(
        "Cannot impersonate a server: only the server end of a pipe can impersonate",
      );
    }
    useNative("pipe", ["impersonation"]);
    return this.#halves.handle.raw;
  }

  async #exchange(request: Uint8Array, wait: WaitOptions) {
    const { handle } = this.#halves;
    const length = request.byteLength;
    return await handle.run({
      // The answer follows the request in the same memory.
      size: length + FIRST_ANSWER,
      sends: true,
      begin: ({ data, overlapped }) => {
        copyIn(data, request, length);
        this.#answerDue = true;
        return kernel32().raw.TransactNamedPipe(
          handle.raw,
          data,
          length,
          data + BigInt(length),
          FIRST_ANSWER,
          0n,
          overlapped,
        );
      },
      end: ({ code, bytes }, { data }) => {
        this.#answerDue = false;
        const more = code === ERROR.ERROR_MORE_DATA;
        if (code !== ERROR.ERROR_SUCCESS && !more) {
          throw toDenoError(
            `Cannot transact over "${this.name}"`,
            new Win32Error("TransactNamedPipe", code),
            TRANSACT_HINTS,
          );
        }
        const answer = new Uint8Array(bytes);
        copyOut(data + BigInt(length), answer);
        return { bytes: answer, more };
      },
    }, wait);
  }
}

const TRANSACT_HINTS = {
  ...OTHER_SIDE_CLOSED,
  // The error code of a transaction; reads and writes have another one.
  [ERROR.ERROR_BAD_PIPE]: "the other side has closed",
  [ERROR.ERROR_PIPE_BUSY]: "the pipe has unread data",
};
