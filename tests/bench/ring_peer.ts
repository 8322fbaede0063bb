/** The other process of the benchmark of rings. */

import { openRing } from "../../lib/ring/mod.ts";
import { createEvent, waitFor } from "../../lib/sync/mod.ts";

const [job = "", name = "", size = "0", count = "0", way = ""] = Deno.args;
const zeroCopy = way !== "copy";
const messages = Number(count);

switch (job) {
  case "single": {
    await using ring = await openRing(name, { zeroCopy, role: "producer" });
    const message = new Uint8Array(Number(size)).fill(7);
    for (let i = 0; i < messages;) {
      if (ring.tryWrite(message)) i++;
      else await ring.write(message), i++;
    }
    await ring.drained();
    break;
  }
  case "batch": {
    await using ring = await openRing(name, { zeroCopy, role: "producer" });
    const batch = Array.from(
      { length: Number(size) > 512 ? 32 : 256 },
      () => new Uint8Array(Number(size)).fill(7),
    );
    for (let i = 0; i < messages; i += batch.length) {
      const done = ring.tryWriteBatch(batch);
      if (done < batch.length) await ring.writeBatch(batch.slice(done));
    }
    await ring.drained();
    break;
  }
  case "soak": {
    await using ring = await openRing(name, { zeroCopy, role: "producer" });
    const batch = soakBatch();
    for (let next = 0; next < messages;) {
      const part = batch.next(next, messages);
      let done = ring.tryWriteBatch(part);
      while (done < part.length) {
        await ring.writeBatch([part[done]!]);
        done++;
        done += ring.tryWriteBatch(part.slice(done));
      }
      next += part.length;
    }
    await ring.drained();
    break;
  }
  case "echo spin":
  case "echo sleep": {
    const options = { spin: job === "echo spin" ? 1_000_000 : 0, zeroCopy };
    await using there = await openRing(name, options);
    await using back = await openRing(`${name}-back`, {
      ...options,
      role: "producer",
    });
    for (;;) {
      const message = await there.read();
      if (message === null) break;
      await back.write(message);
    }
    break;
  }
  case "event": {
    await using there = createEvent(name);
    await using back = createEvent(`${name}-back`);
    for (let i = 0; i < messages; i++) {
      await waitFor(there);
      back.set();
    }
    break;
  }
}

/** Messages that carry their number twice: once plain, once mixed as a checksum. */
function soakBatch() {
  const buffers = Array.from({ length: 256 }, () => new Uint32Array(4));
  const views = buffers.map((words, i) =>
    new Uint8Array(words.buffer, 0, 8 + i % 9)
  );
  return {
    next(from: number, end: number): Uint8Array[] {
      const count = Math.min(views.length, end - from);
      for (let i = 0; i < count; i++) {
        buffers[i]![0] = from + i;
        buffers[i]![1] = Math.imul(from + i, 0x9e37_79b1);
      }
      return count === views.length ? views : views.slice(0, count);
    },
  };
}
