/**
 * A program in C that tries all the time to make an instance of a pipe, while
 * clients come and go. `WINIPC_TEST_ATTACK=60` lets each attack last that many
 * seconds, and prints the counts.
 */

import { assertEquals, assertGreater } from "@std/assert";
import { listenPipe, type PipeListener } from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import { namedUnless } from "../support/ignored.ts";
import { Peer } from "../support/peer.ts";
import { clientPeer } from "./helpers.ts";

// Without MinGW, as on Windows, there is no C program to test against.
const program = Deno.env.get("WINIPC_TEST_ATTACKER");
const seconds = Number(Deno.env.get("WINIPC_TEST_ATTACK") ?? 0);
const VISITS = 60;
const AT_ONCE = 3;
/** Each fourth visitor leaves without reading. */
const READERS = VISITS / 4 * 3;

/** What came of an attack. */
interface Outcome {
  readonly accepted: number;
  readonly ours: number;
  readonly others: number;
  readonly tries: number;
  readonly instances: number;
  readonly clients: number;
}

/** Answers each client until the listener is closed, and counts them. */
async function serve(listener: PipeListener): Promise<number> {
  let accepted = 0;
  for await (const connection of listener) {
    accepted++;
    // One that left at once cannot be written to.
    connection.write(bytes("ours")).catch(() => {})
      .finally(() => connection.close());
  }
  return accepted;
}

async function attack(maxInstances: number): Promise<Outcome> {
  const name = uniqueName();
  // Its end is waited for: a thread is in a call for it.
  await using listener = listenPipe(name, { maxInstances });
  const serving = serve(listener);
  // It is awaited at the end.
  serving.catch(() => {});
  await using attacker = new Peer(program!, [name]);
  await attacker.says("ready");
  let [ours, others] = [0, 0];
  const end = performance.now() + 1000 * seconds;
  do {
    await using visitors = clientPeer("visit", name, VISITS, AT_ONCE);
    const counts = (await visitors.line()).split(" ").map(Number);
    ours += counts[0]!;
    others += counts[1]!;
  } while (performance.now() < end);
  const [tries, instances, clients] = (await attacker.finish()).split(" ")
    .map(Number) as [number, number, number];
  listener.close();
  const accepted = await serving;
  const outcome = { accepted, ours, others, tries, instances, clients };
  // deno-lint-ignore no-console
  if (seconds > 0) console.log(`maxInstances ${maxInstances}:`, outcome);
  return outcome;
}

const ignored = [program === undefined, "there is no C compiler"] as const;

for (const maxInstances of [1, 2]) {
  Deno.test({
    ...namedUnless(
      ...ignored,
      `no client meets another program that tries to have an instance, with maxInstances ${maxInstances}`,
    ),
    async fn() {
      const outcome = await attack(maxInstances);
      assertGreater(outcome.tries, 0);
      const { instances, clients, others } = outcome;
      assertEquals({ instances, clients, others }, {
        instances: 0,
        clients: 0,
        others: 0,
      });
      assertGreater(outcome.ours, 0);
      assertEquals(outcome.ours % READERS, 0);
    },
  });
}

// Windows lets every program of the same user make instances of a pipe that may
// have any number (Microsoft: Named Pipe Security and Access Rights).
Deno.test({
  ...namedUnless(
    ...ignored,
    "a listener without a limit serves on beside another program's instances",
  ),
  async fn() {
    const { instances, ours, others } = await attack(Infinity);
    assertGreater(instances, 0);
    assertGreater(ours, others);
    assertEquals((ours + others) % READERS, 0);
  },
});
