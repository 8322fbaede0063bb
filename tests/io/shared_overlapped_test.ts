import { assertEquals, assertRejects } from "@std/assert";
import { SharedOverlappedHandle } from "../../lib/io/overlapped/shared_overlapped_handle.ts";
import {
  STATUS_PENDING,
  statusOf,
} from "../../lib/io/overlapped/operation_buffer.ts";
import { connectPipe, type PipeConnection } from "../../lib/named_pipe/mod.ts";
import { restoreLastError, Win32Error } from "../../lib/win32/error.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { copyOut } from "../../lib/win32/memory.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { wrapped } from "../support/wrapped.ts";

const PIPE_ACCESS_DUPLEX = 3;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const ERROR_TIMEOUT = 1460;
const WAIT_FAILED = 0xffff_ffff;
const SIZE = 64;
/** Of more bytes than are kept for the next operation. */
const UNPOOLED = 8 * 1048576;

type Begin = Parameters<SharedOverlappedHandle["run"]>[0]["begin"];

/** A pipe's server, as a child has it of its parent, and its client. */
class Ends implements AsyncDisposable {
  readonly server: SharedOverlappedHandle;
  readonly client: PipeConnection;

  private constructor(raw: bigint, client: PipeConnection) {
    this.server = new SharedOverlappedHandle(raw, "The pipe");
    this.client = client;
  }

  static async open(): Promise<Ends> {
    const name = uniqueName();
    const raw = kernel32().call.CreateNamedPipeW(
      toUtf16(`\\\\.\\pipe\\${name}`),
      PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
      0,
      1,
      SIZE,
      SIZE,
      0,
      null,
    );
    return new Ends(raw, await connectPipe(name));
  }

  async read(begin: Begin): Promise<{ code: number; text: string }> {
    return await this.server.run({
      size: SIZE,
      begin,
      end({ code, bytes }, { data }) {
        const read = new Uint8Array(bytes);
        copyOut(data, read);
        return { code, text: text(read) };
      },
    }, { timeout: 20_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.server.closeAndSettle();
  }
}

for (const code of [0, ERROR_TIMEOUT]) {
  Deno.test(`an operation of a shared pipe whose last error was overwritten by ${code} is still waited for`, async () => {
    await using ends = await Ends.open();
    const { raw } = kernel32();
    let overwritten = false;
    const reading = ends.read(({ data, overlapped }) => {
      const done = raw.ReadFile(ends.server.raw, data, SIZE, 0n, overlapped);
      if (!overwritten) restoreLastError(code);
      overwritten = true;
      return done;
    });
    await ends.client.write(bytes("hello"));
    assertEquals(await reading, { code: 0, text: "hello" });
  });

  Deno.test(`an operation of a shared pipe that ended before its last error was overwritten by ${code} has its data`, async () => {
    await using ends = await Ends.open();
    const { raw } = kernel32();
    let writing: Promise<number> | undefined;
    const reading = ends.read((buffer) => {
      const { data, overlapped } = buffer;
      const done = raw.ReadFile(ends.server.raw, data, SIZE, 0n, overlapped);
      writing = ends.client.write(bytes("hello"));
      while (statusOf(buffer) === STATUS_PENDING) {
        raw.PeekNamedPipe(ends.server.raw, null, 0, null, null, null);
      }
      restoreLastError(code);
      return done;
    });
    assertEquals(await reading, { code: 0, text: "hello" });
    await writing;
  });
}

Deno.test("an operation of a shared pipe has ended before it rejects because the wait for it failed", async () => {
  await using ends = await Ends.open();
  const { raw } = kernel32();
  {
    using _scarce = wrapped({
      WaitForMultipleObjects: (native, { declaration }) =>
        declaration.nonblocking ? () => Promise.resolve(WAIT_FAILED) : native,
    });
    const reading = ends.read(({ data, overlapped }) =>
      raw.ReadFile(ends.server.raw, data, SIZE, 0n, overlapped)
    );
    await assertRejects(() => reading, Error, "Cannot wait");
    assertEquals(raw.CancelIoEx(ends.server.raw, 0n), 0);
  }
  const reading = ends.read(({ data, overlapped }) =>
    raw.ReadFile(ends.server.raw, data, SIZE, 0n, overlapped)
  );
  await ends.client.write(bytes("hello"));
  assertEquals(await reading, { code: 0, text: "hello" });
});

Deno.test("an operation of a shared pipe that has no memory makes no event, and one that has no event frees its memory", async () => {
  await using ends = await Ends.open();
  const begin = () => 1;
  const made: string[] = [];
  using _watched = wrapped({
    CreateEventW: () => () => {
      made.push("event");
      return 0n;
    },
    HeapAlloc: (native) => (...args) => {
      made.push("memory");
      return native(...args);
    },
    HeapFree: (native) => (...args) => {
      made.push("freed");
      return native(...args);
    },
  });
  const run = (size: number) =>
    ends.server.run({ size, begin, end: () => {} }, {});
  await assertRejects(() => run(2 ** 32), RangeError);
  assertEquals(made, []);
  await assertRejects(() => run(UNPOOLED), Win32Error);
  assertEquals(made, ["memory", "event", "freed"]);
});
