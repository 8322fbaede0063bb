/** A program that ends although it waits, each time with a limit. */

import { WAITERS } from "./waits.ts";

for (const make of Object.values(WAITERS)) {
  const { wait, unref } = await make();
  wait({ timeout: 60_000 });
  unref();
  wait({ timeout: 60_000 });
}
