// deno-lint-ignore-file no-console
// A side of the benchmark of RPC: rpc_peer.ts server|bench BINDING [COUNT SIZE].
import { connectRpc, ndr, serveRpc } from "../../../mod.ts";

const [mode, binding, count, size] = Deno.args as [
  string,
  string,
  string,
  string,
];
const SHAPES = { uuid: "3a2f8d1e-5b64-4c0f-9e7a-8d1c2b3a4f50" };
const REQUEST = [ndr.u32, ndr.bytes] as const;
const RESPONSE = [ndr.u32, ndr.unique(ndr.bytes), ndr.i32] as const;
const WARM_UP = 500;

if (mode === "server") {
  await using server = await serveRpc({
    bindings: [binding],
    interfaces: {
      ...SHAPES,
      procedures: [(bytes) => {
        const [size, data] = ndr.decode(REQUEST, bytes);
        return ndr.encode(RESPONSE, [size, data, 0]);
      }],
    },
  });
  console.log("ready");
  await server.closed;
} else {
  using client = await connectRpc(binding, SHAPES);
  const data = new Uint8Array(Number(size));
  let since = 0;
  for (let i = -WARM_UP; i < Number(count); i++) {
    if (i === 0) since = performance.now();
    const request = ndr.encode(REQUEST, [data.length, data]);
    ndr.decode(RESPONSE, await client.call(0, request));
  }
  console.log(1000 * Number(count) / (performance.now() - since));
}
