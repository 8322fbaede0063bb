/** RPC's wire: bytes that are calls, or begin like them, or are anything. */

import { assertEquals } from "@std/assert";
import { connectPipe, connectRpc } from "../../../mod.ts";
import { bytes } from "../../support/names.ts";
import "../../support/native.ts";
import { startScript } from "../../support/peer.ts";
import { uniqueBindings, uniqueUuid } from "../../rpc/helpers.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random } from "./random.ts";

const WHAT = "RPC over the wire";
/** Pipes stay open: Wine serves none any more once a client has left before it looked. */
const OVER_PIPES = 50;
/** A bind for an interface that nobody has, and a request, as DCE RPC sends them. */
const SAMPLES = [
  "05000b03100000004800000001000000d016d016000000000100000000000100" +
  "11223344556677889900aabbccddeeff01000000" +
  "045d888aeb1cc9119fe808002b10486002000000",
  "05000003100000001c00000001000000040000000000ffff00000000",
].map((hex) => Uint8Array.fromHex(hex));

Deno.test(`RPC: ${CASES[WHAT]} hostile beginnings of connections leave a server at work`, async () => {
  logSeed(WHAT);
  const random = new Random(WHAT);
  const uuid = uniqueUuid();
  const [, pipe, tcp] = uniqueBindings();
  const url = new URL("../../rpc/peers/server.ts", import.meta.url);
  await using server = startScript(url, [uuid, pipe, tcp]);
  await server.says(`ready ${pipe} ${tcp}`);
  const port = Number(/\[(\d+)\]/.exec(tcp)![1]);
  const name = pipe.slice(pipe.lastIndexOf("\\") + 1, -1);
  await using open = new AsyncDisposableStack();
  let tried = 0;
  for (; tried < CASES[WHAT]; tried++) {
    const data = hostile(random);
    if (tried < OVER_PIPES) {
      const client = open.use(await connectPipe(name, { timeout: 20_000 }));
      await client.write(data).catch(() => {});
      continue;
    }
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    await client.write(data).catch(() => {});
  }
  for (const binding of [pipe, tcp]) {
    using client = await connectRpc(binding, { uuid, version: "2.3" });
    assertEquals(await client.call(0, bytes("alive")), bytes("alive"));
  }
  reportCases(WHAT, tried);
});

function hostile(random: Random): Uint8Array<ArrayBuffer> {
  if (random.chance(0.1)) return random.bytes(1 + random.below(3000));
  const parts = Array.from(
    { length: 1 + random.below(3) },
    () => random.mutated(random.pick(SAMPLES)),
  );
  const joined = parts.flatMap((part) => [...part]);
  return Uint8Array.from(joined.length > 0 ? joined : [5]);
}
