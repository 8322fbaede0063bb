/**
 * One client's connection over a named pipe, at either end.
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
} from "../io/connection.ts";
import { attempt, failure } from "../io/failure.ts";
import { useNative } from "../io/native_access.ts";
import type { OverlappedHandle } from "../io/overlapped.ts";
import { remaining, waitingFor, type WaitOptions } from "../io/wait.ts";
import { OTHER_SIDE_CLOSED } from "../io/writer.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
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

/** What waits in a pipe, unread. */
export interface PipePeek {
  /** How many bytes wait in all. */
  readonly available: number;
  /** How many bytes of the next message wait; 0 in byte mode. */
  readonly message: number;
  /** The first of the bytes, as many as were asked for and are there. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What tells one end of a pipe from another. */
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
  /** Which end this is. */
  readonly role: PipeRole;
  /** What this end may do. */
  readonly access: PipeAccess;
  readonly #halves: Halves;
  readonly #server: PipePeer | undefined;
  #writesClosed = false;
  /** Whether a transaction is under way, or was given up then. */
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

  /** Writes, as {@linkcode Connection.write} does, unless `closeWrite()` was called. */
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
   * Says that nothing more will be written, and keeps reading. Windows' pipes
   * have no half-close; in message mode an empty message stands for it, which
   * is what go-winio and Docker do, and which `read` and `readable` take as the
   * end. In byte mode it throws {@linkcode Deno.errors.NotSupported}.
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
   * Writes `request` and reads the one message that answers it, in a single
   * call. Message mode only.
   *
   * When it is given up under way, the answer may still come, and every further
   * transaction rejects, because it would take that answer for its own.
   *
   * Calls `TransactNamedPipe`. Throws a `TypeError` in byte mode, {@linkcode
   * Deno.errors.Busy} when something unread waits in the pipe or a transaction
   * before was given up, {@linkcode Deno.errors.BrokenPipe} when the other side
   * has closed, {@linkcode Deno.errors.InvalidData} for an answer longer than
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
    const since = performance.now();
    const wait = waitingFor(
      options,
      () => `Cannot transact over "${this.name}": no answer came`,
    );
    using _write = await this.#halves.writer.turns.take(wait);
    using _read = await this.#halves.reader.turns.take(remaining(wait, since));
    this.#halves.writer.assertWhole();
    if (this.#answerDue) {
      throw new Deno.errors.Busy(
        `Cannot transact over "${this.name}": one before was given up, and its answer may still come; connect again, or use write() and readMessage()`,
      );
    }
    const first = await this.#exchange(request, remaining(wait, since));
    return await this.#halves.reader.complete(first, maxSize);
  }

  /**
   * What waits in the pipe, without taking it: at most `limit` bytes of it
   * (default 0), and how much there is.
   *
   * Calls `PeekNamedPipe`. Throws {@linkcode Deno.errors.BrokenPipe} when the
   * other side has closed and nothing is left.
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
    attempt(
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
   * The process at the other end, as Windows knows it.
   *
   * Calls `GetNamedPipeClientProcessId` and its like, or those of the server,
   * which a client asks as it connects: once the server has disconnected it,
   * Windows does not tell.
   */
  peer(): PipePeer {
    this.#halves.handle.assertOpen();
    return this.#server ??
      peerOf(this.#halves.handle.raw, this.role, this.name);
  }

  /**
   * The account of the client. Only a server can ask, once it has read from the
   * client, and a client that connects anonymously is not told.
   *
   * Calls `ImpersonateNamedPipeClient`, `GetTokenInformation` and, once
   * `RevertToSelf` has ended the impersonation, `LookupAccountSidW`; needs
   * advapi32.dll.
   */
  peerUser(): PipeUser {
    return userOfClient(this.#asServer(), this.name);
  }

  /**
   * Runs `scope`, synchronously, with the client's rights, as far as the client
   * allowed it when it connected. Only a server can, once it has read from the
   * client. Open what the scope uses before: libraries and files that it opens
   * are opened with the client's rights.
   *
   * Calls `ImpersonateNamedPipeClient` and `RevertToSelf`; needs advapi32.dll.
   * Where `RevertToSelf` fails, the process ends, because it could only go on as
   * the client.
   */
  impersonate<T>(scope: () => T): T {
    return asClient(this.#asServer(), this.name, scope);
  }

  /** The handle of a server's end, ready to impersonate. */
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
      // The answer stands behind the request.
      size: length + FIRST_ANSWER,
      begin: ({ data, overlapped }) => {
        copyIn(data, request);
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
          throw failure(
            `Cannot transact over "${this.name}"`,
            new Win32Error("TransactNamedPipe", code),
            TRANSACT_REASONS,
          );
        }
        const answer = new Uint8Array(bytes);
        copyOut(data + BigInt(length), answer);
        return { bytes: answer, more };
      },
    }, wait);
  }
}

const TRANSACT_REASONS = {
  ...OTHER_SIDE_CLOSED,
  // A transaction, unlike a read or a write, says so by this code.
  [ERROR.ERROR_BAD_PIPE]: "the other side has closed",
  [ERROR.ERROR_PIPE_BUSY]: "something unread waits in the pipe",
};
