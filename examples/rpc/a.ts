// deno-lint-ignore-file no-console
// Process A: serves two procedures by RPC on this computer, until Ctrl-C.
//
//   deno run --allow-ffi examples/rpc/a.ts [BINDING]
//
// In a project of your own:
//   import { ndr, RpcFault, serveRpc } from "jsr:@winipc/winipc";
import { ndr, RpcFault, serveRpc } from "../../mod.ts";

const [binding = "ncalrpc:[winipc-calculator]"] = Deno.args;

await using server = await serveRpc({
  bindings: [binding],
  interfaces: {
    uuid: "1c3d0a8e-7f24-4f0b-b9c2-5b8e6d1f2a90",
    version: "1.0",
    procedures: [
      // double Divide([in] double a, [in] double b)
      (bytes) => {
        const [a, b] = ndr.decode([ndr.f64, ndr.f64], bytes);
        if (b === 0) throw new Error("cannot divide by zero");
        return ndr.encode([ndr.f64], [a / b]);
      },
      // void Say([in, string] wchar_t *text)
      (bytes, { caller }) => {
        const [text] = ndr.decode([ndr.wideString], bytes);
        if (text === "") throw new RpcFault(87); // ERROR_INVALID_PARAMETER
        console.log(`${caller.protocol}: ${text}`);
        return new Uint8Array();
      },
    ],
  },
});
console.error(`ready: ${server.bindings[0]}`);
await server.closed;
