// deno-lint-ignore-file no-console
// Process B: calls the procedures of A.
//
//   deno run --allow-ffi examples/rpc/b.ts [BINDING]
//
// In a project of your own:
//   import { connectRpc, ndr, RpcHandlerError } from "jsr:@winipc/winipc";
import { connectRpc, ndr, RpcHandlerError } from "../../mod.ts";

const [binding = "ncalrpc:[winipc-calculator]"] = Deno.args;
const DIVIDE = 0;
const SAY = 1;

using calculator = await connectRpc(binding, {
  uuid: "1c3d0a8e-7f24-4f0b-b9c2-5b8e6d1f2a90",
});

async function divide(a: number, b: number): Promise<number> {
  const request = ndr.encode([ndr.f64, ndr.f64], [a, b]);
  const answer = await calculator.call(DIVIDE, request, { timeout: 5000 });
  return ndr.decode([ndr.f64], answer)[0];
}

console.log(await divide(22, 7));
await calculator.call(SAY, ndr.encode([ndr.wideString], ["你好 from B"]));
try {
  await divide(1, 0);
} catch (error) {
  if (!(error instanceof RpcHandlerError)) throw error;
  console.log(error.message);
}
