import { assertEquals, assertRejects } from "@std/assert";
import {
  completionPort,
  endKeepAlive,
  keepAlive,
  onCompletion,
} from "../../lib/io/overlapped/completion_port.ts";
import { OverlappedHandle } from "../../lib/io/overlapped/overlapped_handle.ts";
import { connectPipe } from "../../lib/named_pipe/mod.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { allocate, copyOut, free } from "../../lib/win32/memory.ts";
import { OVERLAPPED } from "../../lib/win32/structs.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { pair } from "../named_pipe/helpers.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";

const PIPE_ACCESS_DUPLEX = 3;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const ERROR_INVALID_HANDLE = 6;
const ERROR_GEN_FAILURE = 31;
const ERROR_TIMEOUT = 1460;
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
  const handled: string[] = [];
  let next = Promise.withResolvers<void>();
  let pending = true;
  keepAlive();
  onCompletion(overlapped, () => {
    handled.push(pending ? "stray" : "own");
    next.resolve();
    return !pending;
  });
  post();
  await next.promise;
  next = Promise.withResolvers();
  pending = false;
  post();
  await next.promise;
  endKeepAlive();
  assertEquals(handled, ["stray", "own"]);
  free(overlapped);
});

Deno.test("a completion whose callback throws is reported, and the others go on", async () => {
  const slots = [1, 2, 3].map(() => allocate(OVERLAPPED.size));
  const [failing, waiting, last] = slots as [bigint, bigint, bigint];
  const post = (slot: bigint) =>
    kernel32().call.PostQueuedCompletionStatus(completionPort(), 0, 0n, slot);
  const reported: unknown[] = [];
  const report = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error);
  };
  const thrown = new Error("thrown");
  addEventListener("error", report);
  keepAlive();
  onCompletion(failing, () => {
    throw thrown;
  });
  for (const slot of [waiting, last]) {
    const done = Promise.withResolvers<void>();
    onCompletion(slot, () => {
      done.resolve();
      return true;
    });
    post(failing);
    post(slot);
    await done.promise;
  }
  endKeepAlive();
  removeEventListener("error", report);
  assertEquals(reported, [thrown]);
  slots.forEach(free);
});

Deno.test("an operation of 4 GiB or more is refused, and later ones are not", async () => {
  await using ends = await pair({ mode: "message" });
  const huge = Object.defineProperty(new Uint8Array(), "byteLength", {
    value: 2 ** 32,
  });
  const most = "one operation moves at most 4294967295";
  for (const way of ["write", "transact"] as const) {
    await assertRejects(() => ends.client[way](huge), RangeError, most);
  }
  await ends.client.write(bytes("next"));
  assertEquals(text(await ends.server.readMessage()), "next");
});

function newPipe(name: string): OverlappedHandle {
  return new OverlappedHandle(
    kernel32().call.CreateNamedPipeW(
      toUtf16(`\\\\.\\pipe\\${name}`),
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
}

// The last error may be another call's: of one that succeeded, of one that timed
// out, of one that has nothing to do with pipes.
for (const code of [0, ERROR_TIMEOUT, ERROR_INVALID_HANDLE, 1150]) {
  Deno.test(`an operation whose last error was overwritten by ${code} is still waited for`, async () => {
    const name = uniqueName();
    const { raw } = kernel32();
    const handle = newPipe(name);
    using client = await connectPipe(name);
    const reading = handle.run({
      size: SIZE,
      begin({ data, overlapped }) {
        const done = raw.ReadFile(handle.raw, data, SIZE, 0n, overlapped);
        restoreLastError(code);
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
}

// Codes of SMB and of memory that no table of ours lists, and no code at all.
for (const code of [1784, 55, 58, 240, 1229, 1232, 1236, ERROR_TIMEOUT, 0]) {
  Deno.test(`an operation that fails at once with ${code} ends`, async () => {
    const name = uniqueName();
    const handle = newPipe(name);
    using client = await connectPipe(name);
    const failing = await handle.run({
      size: SIZE,
      begin() {
        restoreLastError(code);
        return 0;
      },
      end: (completion) => completion,
    }, { timeout: 20_000 });
    assertEquals(failing, { code: code || ERROR_GEN_FAILURE, bytes: 0 });
    // The pipe works on.
    await client.write(bytes("hello"));
    assertEquals(await readText(handle), "hello");
    await handle.closeAndSettle();
  });
}

async function readText(handle: OverlappedHandle): Promise<string> {
  return await handle.run({
    size: SIZE,
    begin: ({ data, overlapped }) =>
      kernel32().raw.ReadFile(handle.raw, data, SIZE, 0n, overlapped),
    end({ bytes }, { data }) {
      const read = new Uint8Array(bytes);
      copyOut(data, read);
      return text(read);
    },
  }, { timeout: 20_000 });
}
