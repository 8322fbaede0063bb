/** What a relay does when a partner goes, takes no more, or never did. */

import { assertEquals, assertMatch } from "@std/assert";
import { quotedArgument } from "../../lib/anonymous_pipe/command_line.ts";
import { wrapNatives } from "../../lib/win32/binding.ts";
import {
  connectPipe,
  connectSocket,
  createMailslot,
  listenMessages,
  listenPipe,
  listenSocket,
  openMailslot,
  openRing,
  readExactly,
  sendCopyData,
} from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { started } from "./helpers.ts";

const MIB = 1_048_576;
const CHILD = new URL("./peers/child.ts", import.meta.url);

/** The end that starts a verb of peers/child.ts, as it would be typed. */
function exec(verb: string, ...args: (string | number)[]): string {
  const line = [Deno.execPath(), ...runArgs(CHILD), verb, ...args.map(String)];
  return `exec:${line.map(quotedArgument).join(" ")}`;
}

function firstError(errors: unknown[]): string {
  const [error] = errors;
  return error instanceof Error ? error.message : String(error);
}

for (const from of ["pipe-listen", "tcp-listen"] as const) {
  Deno.test(`relay() from ${from} passes on all that a program wrote before it ended`, async () => {
    const name = from === "pipe-listen" ? uniqueName() : "0";
    await using running = await started(
      `${from}:${name}`,
      exec("answer", MIB),
      // Its default would end it while a busy machine stands still.
      { linger: 60_000 },
    );
    await using client = from === "pipe-listen"
      ? await connectPipe(name)
      : await connectSocket(running.ready[0]!);
    await client.write(bytes("question\n"));
    // It goes on sending, to a program that reads no more, until that has ended.
    let ended = false;
    const sending = (async () => {
      for (let last = false; !last;) {
        last = ended;
        await client.write(bytes("more\n")).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve));
      }
    })();
    const received: Uint8Array[] = [];
    const buffer = new Uint8Array(16_384);
    for (;;) {
      const length = await client.read(buffer);
      if (length === null) break;
      received.push(buffer.slice(0, length));
    }
    const whole = new Uint8Array(
      await new Blob(received as BlobPart[]).bytes(),
    );
    assertEquals(whole.byteLength, MIB);
    assertEquals(whole, pattern(MIB));
    ended = true;
    await sending;
    client.close();
    await running.failed;
    await running[Symbol.asyncDispose]();
    assertMatch(
      firstError(running.errors),
      /^exec:.* has ended, or closed its stdin: what came later did not arrive$/,
    );
    assertEquals(running.errors.length, 1);
  });
}

Deno.test("relay() goes on after a message that cannot be a line", async () => {
  const name = uniqueName();
  await using listener = listenPipe(uniqueName());
  await using running = await started(
    `mailslot-listen:${name}`,
    `pipe:${listener.name}`,
    { frame: "line" },
  );
  await using server = await listener.accept();
  await using sender = await openMailslot(name);
  for (const message of ["one", "a\nb", "two"]) {
    await sender.send(bytes(message));
  }
  assertEquals(text(await readExactly(server, 8)), "one\ntwo\n");
  assertMatch(
    firstError(running.errors),
    /^pipe:.*: Cannot frame a message of 3 bytes as a line/,
  );
  assertEquals(running.relay.counts.failed, 1);
});

Deno.test("relay() goes on after a message that a window refuses", async () => {
  const [slot, title] = [uniqueName(), uniqueName()];
  const { promise: taken, resolve } = Promise.withResolvers<string>();
  await using _target = listenMessages({ title }, ({ bytes }) => {
    if (text(bytes) === "no") return false;
    resolve(text(bytes));
  });
  await using running = await started(
    `mailslot-listen:${slot}`,
    `message:${title}`,
  );
  await using sender = await openMailslot(slot);
  for (const message of ["no", "yes"]) await sender.send(bytes(message));
  assertEquals(await taken, "yes");
  assertEquals(
    firstError(running.errors),
    `message:${title}: The window "${title}" has refused the message`,
  );
});

Deno.test("relay() goes on after bytes that are no text for a WebSocket", async () => {
  const [slot, near] = [uniqueName(), uniqueName()];
  await using heard = createMailslot(slot);
  await using there = await started("ws-listen:0", `mailslot:${slot}`);
  await using running = await started(
    `message-listen:${near}`,
    `ws:${there.ready[0]}`,
    { text: true },
  );
  await sendCopyData(near, new Uint8Array([0xff]));
  await sendCopyData(near, bytes("text"));
  assertEquals(text(await heard.receive()), "text");
  assertEquals(running.errors.length, 1);
  assertMatch(firstError(running.errors), /^ws:/);
});

Deno.test("relay() from pipe-listen lets a program read what a client wrote that has left", async () => {
  const name = uniqueName();
  await using listener = await listenSocket();
  await using _running = await started(
    `pipe-listen:${name}`,
    exec("tell", listener.local.port),
  );
  {
    await using client = await connectPipe(name);
    await client.write(bytes("kept"));
  }
  await using heard = await listener.accept({ timeout: 60_000 });
  assertEquals(text(await readExactly(heard, 4)), "kept");
});

Deno.test("relay() lets all programs read what they got before a count of messages ended it", async () => {
  const name = uniqueName();
  await using listener = await listenSocket();
  await using running = await started(
    `pipe-listen:${name}`,
    exec("tell", listener.local.port),
    { count: 2 },
  );
  await using one = await connectPipe(name);
  await using two = await connectPipe(name);
  await one.write(bytes("one"));
  await two.write(bytes("two"));
  const heard: string[] = [];
  for (let i = 0; i < 2; i++) {
    await using program = await listener.accept({ timeout: 60_000 });
    heard.push(text(await readExactly(program, 3)));
  }
  assertEquals(heard.sort(), ["one", "two"]);
  assertEquals((await running.relay.finished).forward.messages, 2);
  assertEquals(running.errors, []);
});

Deno.test("relay() keeps its ring until it is read when a count of messages ends it", async () => {
  const [slot, ring] = [uniqueName(), uniqueName()];
  await using running = await started(
    `mailslot-listen:${slot}`,
    `ring-create:${ring}`,
    { count: 2 },
  );
  await using sender = await openMailslot(slot);
  for (const word of ["one", "two"]) await sender.send(bytes(word));
  while (running.relay.counts.forward.messages < 2) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  // The mailslot stays open, too: the relay has not ended.
  await sender.send(bytes("late"));
  await using consumer = await openRing(ring);
  assertEquals(text((await consumer.read())!), "one");
  assertEquals(text((await consumer.read())!), "two");
  assertEquals(await consumer.read(), null);
  assertEquals((await running.relay.finished).forward.messages, 2);
});

Deno.test("relay() that a count of messages ends gives its ends a minute at most", async () => {
  const slot = uniqueName();
  const { setTimeout } = globalThis;
  let end: (() => void) | undefined;
  globalThis.setTimeout = ((callback: () => void, ms?: number) => {
    if (ms === 60_000) end = callback;
    return setTimeout(callback, ms);
  }) as typeof setTimeout;
  try {
    // Nobody reads the ring.
    await using running = await started(
      `mailslot-listen:${slot}`,
      `ring-create:${uniqueName()}`,
      { count: 1 },
    );
    await using sender = await openMailslot(slot);
    await sender.send(bytes("one"));
    while (end === undefined) await new Promise((go) => setTimeout(go));
    end();
    assertEquals((await running.relay.finished).forward.messages, 1);
    assertEquals(running.errors, []);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});

/** Counts writes of zero bytes, which many readers on Windows take for the end. */
class EmptyWrites implements Disposable {
  count = 0;

  constructor() {
    wrapNatives((native, { name }) =>
      name !== "WriteFile" ? native : (...args) => {
        if (args[2] === 0) this.count++;
        return native(...args);
      }
    );
  }

  [Symbol.dispose](): void {
    wrapNatives(undefined);
  }
}

// The writes of this process to a mailslot count too.
for (
  const [from, own] of [
    ["mailslot-listen", 2],
    ["message-listen", 0],
  ] as const
) {
  /** Sends messages to it, when it is there; some are empty. */
  const send = async (name: string) => {
    const wait = { waitForPeer: true, timeout: 60_000 };
    for (const word of ["", "one", "", "two"]) {
      if (from === "message-listen") {
        await sendCopyData(name, bytes(word), wait);
      } else {
        await using sender = await openMailslot(name, wait);
        await sender.send(bytes(word));
      }
    }
  };

  Deno.test(`relay() writes nothing to a pipe in byte mode for an empty message of ${from}`, async () => {
    const [near, far] = [uniqueName(), uniqueName()];
    await using _running = await started(
      `${from}:${near}`,
      `pipe-listen:${far}`,
    );
    await using client = await connectPipe(far);
    using empty = new EmptyWrites();
    const sending = send(near);
    assertEquals(text(await readExactly(client, 6)), "onetwo");
    await sending;
    assertEquals(empty.count, own);
  });

  Deno.test(`relay() writes nothing to a program for an empty message of ${from}`, async () => {
    const name = uniqueName();
    await using listener = await listenSocket();
    await using _running = await started(
      `${from}:${name}`,
      exec("tell", listener.local.port),
      { count: 4 },
    );
    using empty = new EmptyWrites();
    await send(name);
    await using program = await listener.accept({ timeout: 60_000 });
    assertEquals(text(await readExactly(program, 6)), "onetwo");
    assertEquals(empty.count, own);
  });
}
