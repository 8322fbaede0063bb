import { assertEquals } from "@std/assert";
import { PERMISSION_FEATURES } from "../../../mod.ts";
import "../../support/native.ts";
import { runScript } from "../../support/peer.ts";
import { makeReady } from "./ready.ts";

const SCRIPT = new URL("./executable.ts", import.meta.url);
/** Uses that trace, or end what the script needs. */
const NOT_TRACED = /^(lockNativeAccess|trace)/;

Deno.test("only RPC makes memory executable, of all uses of winipc", async () => {
  await using ready = await makeReady();
  const uses = PERMISSION_FEATURES.filter((use) => !NOT_TRACED.test(use));
  const ofRpc = uses.filter((use) => /Rpc/.test(use));
  const others = uses.filter((use) => !/Rpc/.test(use));
  const args = [JSON.stringify(ready), ...others, ...ofRpc];
  const { stdout, stderr } = await runScript(SCRIPT, args, ["-A"]);
  assertEquals(stderr, "");
  const outcomes = stdout.split(/\r?\n/).map((line) => JSON.parse(line));
  assertEquals(outcomes.map(({ use }) => use), [...others, ...ofRpc]);
  assertEquals(
    outcomes.filter(({ found }) => found.length > 0)
      .filter(({ use }) => others.includes(use)),
    [],
  );
  // The script would see it.
  assertEquals(
    new Set(outcomes.flatMap(({ found }) => found)),
    new Set(["VirtualProtect", "RtlAddFunctionTable"]),
  );
});
