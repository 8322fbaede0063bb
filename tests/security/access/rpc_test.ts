/** RPC's endpoints: taken by others before, and let nobody in. */

import { assertEquals } from "@std/assert";
import { serveRpc, trace } from "../../../mod.ts";
import "../../support/native.ts";
import { startScript } from "../../support/peer.ts";
import { UNDER_WINE } from "../../support/system.ts";
import { uniqueBindings } from "../../rpc/helpers.ts";

/** That of attacker.ts, too. */
const interfaces = {
  uuid: "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11",
  procedures: [(bytes: Uint8Array) => bytes],
};

Deno.test("serveRpc() is refused an endpoint that another program has", async () => {
  const url = new URL("./attacker.ts", import.meta.url);
  await using peer = startScript(url);
  const [local, , tcp] = uniqueBindings();
  await peer.send(JSON.stringify({ do: "rpc", name: `${local} ${tcp}` }));
  assertEquals(await peer.line(), "done");
  for (const binding of [local, tcp]) {
    const outcome = await serveRpc({ bindings: [binding], interfaces }).then(
      async (server) => {
        await server[Symbol.asyncDispose]();
        return "served";
      },
      ({ name }: Error) => name,
    );
    // Wine lets several programs have an endpoint.
    assertEquals(outcome, UNDER_WINE ? "served" : "AddrInUse");
  }
});

Deno.test("serveRpc() with an sddl that lets nobody in refuses another program", async () => {
  const url = new URL("./attacker.ts", import.meta.url);
  await using peer = startScript(url);
  const bindings = uniqueBindings().slice(0, 2);
  const descriptors: unknown[] = [];
  using _trace = trace({
    sink: ({ name, args }) => {
      if (name !== "RpcServerUseProtseqEpW") return;
      descriptors.push(args.SecurityDescriptor);
    },
  });
  await using _server = await serveRpc({ bindings, interfaces, sddl: "D:" });
  assertEquals(descriptors.length, 2);
  for (const descriptor of descriptors) {
    assertEquals(/^0x0*[1-9a-f]/.test(String(descriptor)), true);
  }
  for (const name of bindings) {
    await peer.send(JSON.stringify({ do: "rpc call", name }));
    const [error] = (await peer.line()).split(" ");
    // Wine takes the descriptor and does not ask it.
    assertEquals(error, UNDER_WINE ? "done" : "PermissionDenied");
  }
});
