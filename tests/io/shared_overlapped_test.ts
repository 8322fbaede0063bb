import { assertEquals } from "@std/assert";
import { SharedOverlappedHandle } from "../../lib/io/overlapped/shared_overlapped_handle.ts";
import { connectPipe } from "../../lib/named_pipe/mod.ts";
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

for (const code of [0, ERROR_TIMEOUT]) {
  Deno.test(`an operation of a shared pipe whose last error was overwritten by ${code} is still waited for`, async () => {
    const name = uniqueName();
    const { raw, call } = kernel32();
    const handle = new SharedOverlappedHandle(
      call.CreateNamedPipeW(
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
    using client = await connectPipe(name);
    let overwritten = false;
    const reading = handle.run({
      size: SIZE,
      begin({ data, overlapped }) {
        const done = raw.ReadFile(handle.raw, data, SIZE, 0n, overlapped);
        if (!overwritten) restoreLastError(code);
        overwritten = true;
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
