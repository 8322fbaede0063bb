import { assertEquals } from "@std/assert";
import { createAnonymousPipe } from "../../mod.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import { allText, cmd } from "./helpers.ts";

const SPAWNS = 200;
const AT_ONCE = 10;

/** Starts a child with a pipe for each stream and one more; every tenth runs to its end. */
async function cycle(i: number): Promise<void> {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  await using child = cmd("exit 3", {
    stdin: "pipe",
    stderr: "pipe",
    handles: [pipe.write],
    endWithParent: i % 2 === 0,
    newConsole: i % 20 === 0,
    windowsHide: i % 20 === 10,
  });
  if (i % 10 !== 0) return;
  assertEquals(await allText(child.stdout), "");
  assertEquals((await child.status).code, 3);
}

async function cycles(count: number): Promise<void> {
  for (let i = 0; i < count; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => cycle(i + n)));
  }
}

Deno.test(`${SPAWNS} spawns leave no handle behind`, async () => {
  await cycles(2 * AT_ONCE);
  await assertNoHandlesLeft(() => cycles(SPAWNS));
});
