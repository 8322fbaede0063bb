// deno-lint-ignore-file no-console
// Serves or connects, and says how that failed.
import { connectRpc, serveRpc } from "../../../mod.ts";

const uuid = crypto.randomUUID();
const binding = `ncalrpc:[${uuid}]`;
const procedures = [() => new Uint8Array()];
const tries: Record<string, () => Promise<unknown>> = {
  connect: () => connectRpc(binding, { uuid }),
  serve: () =>
    serveRpc({ bindings: [binding], interfaces: { uuid, procedures } }),
};
await tries[Deno.args[0]!]!().catch(({ name, message }) =>
  console.log(`${name}: ${message}`)
);
