import { assertEquals, assertRejects } from "@std/assert";
import { connectRpc } from "../../lib/rpc/mod.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import "../support/native.ts";
import { uniqueUuid } from "./helpers.ts";

const ATTEMPTS = 10;

Deno.test("connectRpc() to a server that never answers can be aborted, and ends with it", async () => {
  const uuid = uniqueUuid();
  const attempt = async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const binding = `ncacn_ip_tcp:127.0.0.1[${port}]`;
    const connecting = connectRpc(binding, { uuid, timeout: 50 });
    const rejected = assertRejects(() => connecting, DOMException);
    using _silent = await listener.accept();
    assertEquals((await rejected).name, "TimeoutError");
  };
  await attempt();
  // The threads leave their calls when the connections end, after the promises.
  await assertNoHandlesLeft(async () => {
    for (let i = 0; i < ATTEMPTS; i++) await attempt();
  });
});
