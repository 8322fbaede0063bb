import { assertEquals } from "@std/assert";
import { SharedOverlappedHandle } from "../../lib/io/overlapped/shared_overlapped_handle.ts";
import {
  STATUS_PENDING,
  statusOf,
} from "../../lib/io/overlapped/operation_buffer.ts";
import { connectPipe, type PipeConnection } from "../../lib/named_pipe/mod.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { copyOut } from "../../lib/win32/memory.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";

const PIPE_ACCESS_DUPLEX = 3;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const ERROR_TIMEOUT = 1460;
const SIZE = 64;

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
