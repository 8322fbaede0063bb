/** A minute of `deno task soak`. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { SEED } from "../fuzz/random.ts";
import { runScript } from "../../support/peer.ts";
import { FLAGS } from "./ledger.ts";

const SECONDS = 60;

Deno.test(`${SECONDS} s of all mechanisms at once: the ledgers agree, and nothing grows`, async () => {
  const url = new URL("./soak.ts", import.meta.url);
  Deno.env.set("WINIPC_TEST_SEED", String(SEED));
  const { code, stdout, stderr } = await runScript(url, [SECONDS], FLAGS);
  // deno-lint-ignore no-console -- the ledger.
  console.log(stdout);
  assertEquals(stderr, "");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "both sides agree");
});
