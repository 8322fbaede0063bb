import { assertEquals } from "@std/assert";
import "../support/native.ts";
import { runScript, startScript } from "../support/peer.ts";
import { uniqueBindings } from "./helpers.ts";
import { SYSTEM32 } from "../support/system32.ts";

const example = (name: string) =>
  new URL(`../../examples/${name}.ts`, import.meta.url);

Deno.test("examples/rpc call and answer, under a scoped permission", async () => {
  const dlls = ["kernel32.dll", "rpcrt4.dll"].map((dll) =>
    `${SYSTEM32}\\${dll}`
  );
  const flags = [`--allow-ffi=${dlls.join(",")}`];
  const [binding] = uniqueBindings();
  await using a = startScript(example("rpc/a"), [binding], flags);
  let b = await runScript(example("rpc/b"), [binding], flags);
  while (b.stderr.includes("RPC_S_SERVER_UNAVAILABLE")) {
    b = await runScript(example("rpc/b"), [binding], flags);
  }
  assertEquals(b.stdout.split("\n"), [
    String(22 / 7),
    `Cannot call procedure 0 at "${binding}": cannot divide by zero`,
  ]);
  await a.says("ncalrpc: 你好 from B");
});

Deno.test("examples/rpc_service_manager.ts asks Windows' own service manager", async () => {
  const url = example("rpc_service_manager");
  const { stdout, stderr } = await runScript(url, ["RpcSs"]);
  assertEquals(stdout || stderr, "RpcSs is running");
  const missing = await runScript(url, ["winipc-no-such-service"]);
  assertEquals(
    missing.stderr.includes("The service manager says 1060"),
    true,
    missing.stderr,
  );
});
