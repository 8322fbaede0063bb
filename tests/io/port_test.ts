import { assertEquals } from "@std/assert";
import {
  completionPort,
  hold,
  onCompletion,
  release,
} from "../../lib/io/port.ts";
import { OverlappedHandle } from "../../lib/io/overlapped.ts";
import { connectPipe } from "../../lib/named_pipe/connect.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { allocate, copyOut, free } from "../../lib/win32/memory.ts";
import { OVERLAPPED } from "../../lib/win32/structs.ts";
import { toWide } from "../../lib/win32/wide.ts";
import { bytes, text, uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";

const PIPE_ACCESS_DUPLEX = 3;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const ERROR_OLD_WIN_VERSION = 1150;
const SIZE = 64;

Deno.test("a completion of an operation that is still pending leaves it pending", async () => {
  const overlapped = allocate(OVERLAPPED.size);
  const post = () =>
    kernel32().call.PostQueuedCompletionStatus(
      completionPort(),
      0,
      0n,
      overlapped,
    );
  const told: string[] = [];
  let next = Promise.withResolvers<void>();
  let pending = true;
  hold();
  onCompletion(overlapped, () => {
    told.push(pending ? "stray" : "own");
    next.resolve();
    return !pending;
  });
  post();
  await next.promise;
  next = Promise.withResolvers();
  pending = false;
  post();
  await next.promise;
  release();
  assertEquals(told, ["stray", "own"]);
  free(overlapped);
});

Deno.test("an operation whose last error was overwritten is waited for all the same", async () => {
  const name = uniqueName();
  const { call, raw } = kernel32();
  const handle = new OverlappedHandle(
    call.CreateNamedPipeW(
      toWide(`\\\\.\\pipe\\${name}`),
      PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
      0,
      1,
      SIZE,
      SIZE,
      0,
      null,
    ),
    "The pipe",
  );
  using client = await connectPipe(name);
  const reading = handle.run({
    size: SIZE,
    begin({ data, overlapped }) {
      const done = raw.ReadFile(handle.raw, data, SIZE, 0n, overlapped);
      restoreLastError(ERROR_OLD_WIN_VERSION);
      return done;
    },
    end({ code, bytes }, { data }) {
      const read = new Uint8Array(bytes);
      copyOut(data, read);
      return { code, text: text(read) };
    },
  }, { timeout: 20_000 });
  await client.write(bytes("hello"));
  assertEquals(await reading, { code: 0, text: "hello" });
  await handle.closeAndSettle();
});
