// A client where Deno is an ARM64 build, as far as programs see: arm64.ts UUID BINDING.
// Says how serving fails, what its calls give, and what it made executable.
import { say } from "../../support/peer_side.ts";
import type { Wrapper } from "../../../lib/win32/binding.ts";

Object.defineProperty(Deno, "build", {
  value: { ...Deno.build, arch: "aarch64" },
});
const { connectRpc, serveRpc } = await import("../../../lib/rpc/mod.ts");
const { wrapNatives } = await import("../../../lib/win32/binding.ts");

const [uuid, binding] = Deno.args as [string, string];
const [ECHO, REFUSED, HOLDS] = [0, 2, 10];
const NOTHING = new Uint8Array();
let allocated = 0;
const counting: Wrapper = (native, { name }) => (...args) => {
  if (name === "VirtualAlloc") allocated++;
  return native(...args);
};
wrapNatives(counting);

await serveRpc({
  bindings: [binding],
  interfaces: { uuid, procedures: [(bytes) => bytes] },
}).catch(({ name, message }) => say(`${name}: ${message}`));

const client = await connectRpc(binding, { uuid, version: "2.3" });
const calls = Array.from({ length: 50 }, (_, i) => {
  const data = new Uint8Array(i * 1000).fill(i);
  const call = client.call(ECHO, data);
  // What is sent is what was given, even by a call that waits for a thread.
  data.fill(255);
  return call;
});
const echoed = await Promise.all(calls);
say(`echoed ${echoed.map(({ length }) => length).join()}`);
say(`unchanged ${echoed.every((data, i) => data.every((byte) => byte === i))}`);
const name = ({ name }: Error) => name;
say(await client.call(REFUSED, NOTHING).then(() => "done", name));
say(await client.call(HOLDS, NOTHING, { timeout: 100 }).then(String, name));
const controller = new AbortController();
const { signal } = controller;
const call = client.call(HOLDS, NOTHING, { signal }).catch(String);
controller.abort("enough");
say(String(await call));
say(`on ${await client.call(ECHO, new Uint8Array([7]))}`);
client.close();
say(
  await connectRpc(binding, { uuid: crypto.randomUUID() }).then(String, name),
);
say(`allocated ${allocated}`);
