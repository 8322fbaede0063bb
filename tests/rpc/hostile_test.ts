import { assertEquals } from "@std/assert";
import { connectPipe } from "../../lib/named_pipe/mod.ts";
import { connectRpc } from "../../lib/rpc/mod.ts";
import { bytes } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";
import { random } from "./random_types.ts";

/** A bind for an interface nobody has, and a request without a bind, as DCE RPC sends them. */
const BIND =
  "05000b03100000004800000001000000d016d016000000000100000000000100" +
  "11223344556677889900aabbccddeeff01000000" +
  "045d888aeb1cc9119fe808002b10486002000000";
const REQUEST = "05000003100000001c00000001000000040000000000ffff00000000";

/** Bytes that are RPC, or begin like it, or are anything. */
function hostile(): Uint8Array<ArrayBuffer>[] {
  const bind = Uint8Array.fromHex(BIND);
  const request = Uint8Array.fromHex(REQUEST);
  const next = random(7);
  const noise = (length: number) =>
    Uint8Array.from({ length }, () => next(256));
  const changed = Array.from({ length: 24 }, () => {
    const copy = next(2) === 0 ? bind.slice() : request.slice();
    for (let i = 0; i < 3; i++) copy[next(copy.length)] = next(256);
    return copy;
  });
  return [
    bind,
    request,
    bind.slice(0, 20),
    Uint8Array.from([...bind, ...request]),
    Uint8Array.from([...bind, ...bind, ...request, ...noise(500)]),
    bytes("GET / HTTP/1.1\r\n\r\n"),
    new Uint8Array(4096),
    new Uint8Array(4096).fill(0xff),
    noise(10_000),
    ...changed,
  ];
}

Deno.test("serveRpc() survives bytes that are no calls, over TCP and pipes", async () => {
  const uuid = uniqueUuid();
  const [, pipe, tcp] = uniqueBindings();
  const url = new URL("./peers/server.ts", import.meta.url);
  await using server = startScript(url, [uuid, pipe, tcp]);
  await server.says(`ready ${pipe} ${tcp}`);
  const port = Number(/\[(\d+)\]/.exec(tcp)![1]);
  const name = pipe.slice(pipe.lastIndexOf("\\") + 1, -1);
  await using open = new AsyncDisposableStack();
  for (const data of hostile()) {
    const connection = open.use(
      await Deno.connect({ hostname: "127.0.0.1", port }),
    );
    await connection.write(data);
    // Wine serves no pipe any more once a client has left before it looked.
    const toPipe = open.use(await connectPipe(name, { timeout: 20_000 }));
    await toPipe.write(data).catch(() => {});
  }
  for (const binding of [pipe, tcp]) {
    using client = await connectRpc(binding, { uuid, version: "2.3" });
    assertEquals(await client.call(0, bytes("alive")), bytes("alive"));
  }
});

Deno.test("connectRpc() survives a server that does not speak RPC", async () => {
  const uuid = uniqueUuid();
  for (const data of hostile().slice(0, 12)) {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const answering = (async () => {
      using connection = await listener.accept();
      await connection.read(new Uint8Array(1024));
      await connection.write(data);
    })();
    const binding = `ncacn_ip_tcp:127.0.0.1[${listener.addr.port}]`;
    const options = { uuid, timeout: 20_000 };
    const failure = await connectRpc(binding, options).catch((error) => error);
    assertEquals(failure instanceof Error, true, String(failure));
    assertEquals(failure.name === "TimeoutError", false);
    await answering;
  }
});
