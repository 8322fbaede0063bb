import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { connectRpc } from "../../lib/rpc/mod.ts";
import "../helpers/native.ts";
import { settled } from "../helpers/settled.ts";
import { uniqueUuid } from "./helpers.ts";

const ATTEMPTS = 10;

Deno.test("connectRpc() to a server that never answers can be given up, and ends with it", async () => {
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
  const before = await settled();
  for (let i = 0; i < ATTEMPTS; i++) await attempt();
  // The threads leave their calls when the connections end, after the promises.
  const after = await settled(before.threads);
  // Deno's own come and go by one or two; one that each left would be more.
  assertLess(after.handles - before.handles, ATTEMPTS);
});
