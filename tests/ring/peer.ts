/** The other process of the tests of rings. */

import { lockNativeAccess } from "../../lib/io/permissions/lock_native_access.ts";
import { openRing, type RingConsumer } from "../../lib/ring/mod.ts";
import { checksum, pattern } from "../support/names.ts";
import { readLine, say } from "../support/peer_side.ts";

const [name = "", job = "", count = "0", copy = ""] = Deno.args;
const zeroCopy = copy !== "copy";
const limit = { timeout: 20_000 };

switch (job) {
  case "consume": {
    await using ring = await openRing(name, { zeroCopy });
    say("ready");
    say(await sumOf(ring));
    break;
  }
  case "produce": {
    await using ring = await openRing(name, { zeroCopy, role: "producer" });
    let sum = 0;
    for (let i = 0; i < Number(count); i++) {
      const message = pattern(i % 301, i);
      sum = checksum(message, sum);
      await ring.write(message, limit);
    }
    say(sum);
    break;
  }
  case "echo": {
    await using there = await openRing(name, { zeroCopy });
    await using back = await openRing(`${name}-back`, {
      zeroCopy,
      role: "producer",
    });
    say("ready");
    for await (const message of there) await back.write(message, limit);
    break;
  }
  case "last": {
    // Writes, and waits to be killed.
    await using ring = await openRing(name, { role: "producer" });
    await ring.write(new TextEncoder().encode("last words"), limit);
    say("written");
    await readLine();
    break;
  }
  case "revoked": {
    // Gives up the permission for views, and borrows nevertheless.
    await using ring = await openRing(name);
    lockNativeAccess(["ring"]);
    using loan = await ring.borrow(limit);
    const [message] = loan!;
    say(
      `${ring.zeroCopy} ${loan!.inPlace} ${new TextDecoder().decode(message)}`,
    );
    break;
  }
  case "join": {
    // Joins as it is told, and waits to be killed.
    const role = count === "producer" ? "producer" : "consumer";
    await using _ring = await openRing(name, { zeroCopy, role });
    say("ready");
    await readLine();
  }
}

async function sumOf(ring: RingConsumer): Promise<string> {
  let sum = 0;
  let messages = 0;
  for await (const message of ring) {
    sum = checksum(message, sum);
    messages++;
  }
  return `${messages} ${sum}`;
}
