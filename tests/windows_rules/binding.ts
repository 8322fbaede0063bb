/**
 * Takes the place of `lib/win32/binding.ts` by the import map: the same, with
 * the rules around every function, below what {@linkcode wrapNatives} is given.
 *
 * @module
 */

import "./processor.ts";
import { isMainThread } from "node:worker_threads";
import {
  wrapNatives as wrapRealNatives,
  type Wrapper,
} from "../../lib/win32/binding.ts";
import { passRulesOn } from "./children.ts";
import { underRules } from "./mod.ts";
import { say } from "./native.ts";

export * from "../../lib/win32/binding.ts";

/** As the real one: what is given stands around the rules. */
export function wrapNatives(next: Wrapper | undefined): void {
  wrapRealNatives(
    next === undefined
      ? underRules
      : (native, bound) => next(underRules(native, bound), bound),
  );
}

wrapNatives(undefined);
passRulesOn();
if (asked()) {
  say(isMainThread ? "in force" : "in force in a worker");
}

/** Whether a test wants to see that the rules are there. */
function asked(): boolean {
  const variable = "WINIPC_WINDOWS_RULES_TELL";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" && Deno.env.get(variable) === "1";
}
