import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { connectRpc } from "../../lib/rpc/mod.ts";
import "../helpers/native.ts";
import { settled } from "../helpers/settled.ts";
import { uniqueUuid } from "./helpers.ts";

const ATTEMPTS = 10;
const ROUNDS = 3;

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
  // Deno's own come and go by one or two: what leaks does it in every round.
  for (let round = 0;; round++) {
    const before = await settled();
    for (let i = 0; i < ATTEMPTS; i++) await attempt();
    // The threads leave their calls when the connections end, after the promises.
    const after = await settled(before.threads);
    if (after.handles <= before.handles) break;
    assertLess(round, ROUNDS, `${after.handles - before.handles} handles more`);
  }
});
