import { assertEquals } from "@std/assert";
import { connectRpc, type RpcClient } from "../../lib/rpc/mod.ts";
import { assertNoHandlesLeft, ownHandles } from "../support/handles.ts";
import { bytes, pattern } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const NOTHING = new Uint8Array();
const SMALL = bytes("small");
const LARGE = pattern(100_000);
const [ECHO, THROWN, NOBODYS] = [0, 1, 99];
const AT_ONCE = 10;

/** Makes `count` calls, most of them small, the others with what else may need a handle. */
async function calls(client: RpcClient, count: number): Promise<void> {
  const nameOf = (procedure: number) =>
    client.call(procedure, NOTHING).then(() => "none", ({ name }) => name);
  for (let made = 0; made < count; made += AT_ONCE) {
    const rare = made % 100 === 0;
    const data = Array(AT_ONCE - 2).fill(SMALL).with(0, rare ? LARGE : SMALL);
    const [echoed, refused, thrown] = await Promise.all([
      Promise.all(data.map((data) => client.call(ECHO, data))),
      nameOf(NOBODYS),
      rare ? nameOf(THROWN) : client.call(ECHO, SMALL),
    ]);
    assertEquals(echoed.map(lengthOf), data.map(lengthOf));
    assertEquals(refused, "NotSupported");
    assertEquals(thrown, rare ? "RpcHandlerError" : SMALL);
  }
}

function lengthOf({ length }: Uint8Array): number {
  return length;
}

async function handlesOf(server: Peer): Promise<number> {
  await server.send("handles");
  return Number(await server.line());
}

for (
  const [index, protocol, count] of [
    [0, "ncalrpc", 3_000],
    [1, "ncacn_np", 500],
    [2, "ncacn_ip_tcp", 500],
  ] as const
) {
  Deno.test(`${count} calls by ${protocol} leak no handle, of the caller nor of the server`, async () => {
    const uuid = uniqueUuid();
    const binding = uniqueBindings()[index];
    const url = new URL("./peers/server.ts", import.meta.url);
    await using server = startScript(url, [uuid, binding]);
    await server.says(`ready ${binding}`);
    using client = await connectRpc(binding, { uuid, version: "2.3" });
    await calls(client, 200);
    await assertNoHandlesLeft(
      () => calls(client, count),
      [ownHandles(), () => handlesOf(server)],
    );
  });
}
