/** Awaited closes of objects that do not keep the program alive. */

import { connectPipe, servePipe, serveRpc } from "../../../mod.ts";
import { SharedOverlappedHandle } from "../../../lib/io/overlapped/shared_overlapped_handle.ts";
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../../lib/win32/utf16.ts";
import { bytes, text, uniqueName } from "../../support/names.ts";

const PIPE_ACCESS_DUPLEX = 3;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const SIZE = 64;

/** Each resolves when the object is closed. */
export const CLOSES: Readonly<Record<string, () => Promise<void>>> = {
  async "RPC server"() {
    await using server = await serveRpc({
      bindings: [`ncalrpc:[${uniqueName()}]`],
      interfaces: { uuid: crypto.randomUUID(), procedures: [(sent) => sent] },
    });
    server.unref();
  },
  async "HTTP server with a pending request"() {
    const name = uniqueName();
    const asked = Promise.withResolvers<void>();
    const server = servePipe({ pipe: name, onListen() {} }, async (request) => {
      asked.resolve();
      return new Response(await request.text());
    });
    const client = await connectPipe(name);
    void client.write(bytes(
      "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
    ));
    /** Sends the body when the server asks for it. */
    const answered = (async () => {
      const buffer = new Uint8Array(1024);
      await client.read(buffer);
      await client.write(bytes("abc"));
      const length = await client.read(buffer);
      return text(buffer.subarray(0, length ?? 0));
    })();
    await asked.promise;
    client.unref();
    server.unref();
    await server.shutdown();
    client.ref();
    if (!(await answered).startsWith("HTTP/1.1 200")) {
      throw new Error("no answer");
    }
    client.close();
  },
  async "inherited pipe with a pending read"() {
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
    const handle = new SharedOverlappedHandle(raw, "The pipe");
    using _client = await connectPipe(name);
    const reading = handle.run({
      size: SIZE,
      begin: ({ data, overlapped }) =>
        kernel32().raw.ReadFile(raw, data, SIZE, 0n, overlapped),
      end() {},
    }, {});
    reading.catch(() => {});
    handle.setRef(false);
    await handle.closeAndSettle();
  },
};
