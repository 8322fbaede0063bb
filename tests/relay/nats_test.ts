import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
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
  relay,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { freePort, started } from "./helpers.ts";
import { natsTest } from "./nats.ts";

natsTest(
  "relay() keeps what a mailslot's reader was away for, in order",
  async (server) => {
    const [subject, source, target] = [
      uniqueName("jobs"),
      uniqueName(),
      uniqueName(),
    ];
    const nats = { servers: server, durable: uniqueName("JOBS") };
    await using _in = await started(
      `mailslot-listen:${source}`,
      `nats:${subject}`,
      {
        nats,
      },
    );
    await using sender = await openMailslot(source);
    const send = async (from: number, to: number) => {
      for (let at = from; at < to; at++) await sender.send(bytes(`${at}`));
    };
    const receive = async (from: number, to: number) => {
      await using reader = createMailslot(target);
      for (let at = from; at < to; at++) {
        assertEquals(text(await reader.receive()), `${at}`);
      }
    };
    // Before anybody listens, while the reader is away, and after it came back.
    await send(0, 200);
    await using out = await started(
      `nats-listen:${subject}`,
      `mailslot:${target}`,
      {
        nats,
      },
    );
    await send(200, 400);
    await receive(0, 400);
    await send(400, 600);
    await receive(400, 600);
    assertEquals(out.errors, []);
  },
);

natsTest(
  "relay() goes on with what was unacknowledged when a connection comes back",
  async (server) => {
    const [subject, source, target] = [
      uniqueName("jobs"),
      uniqueName(),
      uniqueName(),
    ];
    const port = freePort();
    const line = () => started(`tcp-listen:${port}`, `tcp:${server}`);
    const through = {
      servers: `127.0.0.1:${port}`,
      durable: uniqueName("JOBS"),
      ackWait: 10_000,
    };
    const cut = await line();
    await using reader = createMailslot(target);
    await using _in = await started(
      `mailslot-listen:${source}`,
      `nats:${subject}`,
      {
        nats: through,
      },
    );
    await using _out = await started(
      `nats-listen:${subject}`,
      `mailslot:${target}`,
      {
        nats: through,
      },
    );
    await using sender = await openMailslot(source);
    for (let at = 0; at < 100; at++) await sender.send(bytes(`${at}`));
    for (let at = 0; at < 50; at++) {
      assertEquals(text(await reader.receive()), `${at}`);
    }
    await cut[Symbol.asyncDispose]();
    for (let at = 100; at < 150; at++) await sender.send(bytes(`${at}`));
    await using _again = await line();
    for (let at = 50; at < 150; at++) {
      assertEquals(text(await reader.receive()), `${at}`);
    }
    assertEquals(reader.info().count, 0);
  },
);

/** A stream that has what is sent to a mailslot. */
async function fed(server: string) {
  const [subject, source] = [uniqueName("jobs"), uniqueName()];
  const nats = { servers: server, durable: uniqueName("JOBS") };
  await using stack = new AsyncDisposableStack();
  stack.use(
    await started(`mailslot-listen:${source}`, `nats:${subject}`, { nats }),
  );
  const sender = stack.use(await openMailslot(source));
  const owned = stack.move();
  const dispose = () => owned.disposeAsync();
  return { subject, nats, sender, [Symbol.asyncDispose]: dispose };
}

natsTest(
  "relay() takes an empty message of a stream, which is nothing to a TCP partner",
  async (server) => {
    await using stream = await fed(server);
    const { subject, nats, sender } = stream;
    await using out = await started(
      `nats-listen:${subject}`,
      "tcp-listen:0",
      { nats },
    );
    for (const message of ["one", "", "two"]) await sender.send(bytes(message));
    await using partner = await connectSocket(out.ready[0]!);
    assertEquals(text(await readExactly(partner, 6)), "onetwo");
  },
);

natsTest(
  "relay() acknowledges the message that ends it by its count",
  async (server) => {
    await using stream = await fed(server);
    const { subject, nats, sender } = stream;
    for (const message of ["one", "two"]) await sender.send(bytes(message));
    for (const message of ["one", "two"]) {
      await using out = await started(
        `nats-listen:${subject}`,
        "tcp-listen:0",
        { nats, count: 1 },
      );
      await using partner = await connectSocket(out.ready[0]!);
      assertEquals(text(await readExactly(partner, 3)), message);
      partner.close();
      await out.relay.finished;
    }
  },
);

natsTest(
  "relay() from a stream keeps its ring until it is read when its count ends it",
  async (server) => {
    const ring = uniqueName();
    await using stream = await fed(server);
    const { subject, nats, sender } = stream;
    for (const message of ["one", "two"]) await sender.send(bytes(message));
    await using out = await started(
      `nats-listen:${subject}`,
      `ring-create:${ring}`,
      { nats, count: 1 },
    );
    // It is acknowledged, so that another relay gets the next one.
    await using next = await started(
      `nats-listen:${subject}`,
      `ring-create:${ring}2`,
      { nats, count: 1 },
    );
    for (const [name, message] of [[`${ring}2`, "two"], [ring, "one"]]) {
      await using consumer = await openRing(name!);
      assertEquals(text((await consumer.read())!), message);
      assertEquals(await consumer.read(), null);
    }
    for (const { relay } of [out, next]) {
      assertEquals((await relay.finished).forward.messages, 1);
    }
  },
);

natsTest(
  "relay() reports once that a window refuses a stream's message, and tries on",
  async (server) => {
    const [subject, source, title] = [
      uniqueName("jobs"),
      uniqueName(),
      uniqueName(),
    ];
    const nats = { servers: server, durable: uniqueName("JOBS") };
    const { promise: taken, resolve } = Promise.withResolvers<string>();
    let refusals = 0;
    await using _target = listenMessages({ title }, ({ bytes }) => {
      if (++refusals < 4) return false;
      resolve(text(bytes));
    });
    await using _in = await started(
      `mailslot-listen:${source}`,
      `nats:${subject}`,
      { nats },
    );
    await using sender = await openMailslot(source);
    await sender.send(bytes("kept"));
    await using out = await started(
      `nats-listen:${subject}`,
      `message:${title}`,
      { nats },
    );
    assertEquals(await taken, "kept");
    assertEquals(
      out.errors.map(String),
      [
        `ConnectionRefused: message:${title}: The window "${title}" has refused the message`,
      ],
    );
    assertEquals(out.relay.counts.failed, 0);
  },
);

natsTest(
  "relay() keeps the messages of a stream that its TCP partner has not taken",
  async (server) => {
    await using stream = await fed(server);
    const { subject, nats, sender } = stream;
    await using out = await started(
      `nats-listen:${subject}`,
      "tcp-listen:0",
      { nats, frame: "line" },
    );
    const gone = await connectSocket(out.ready[0]!);
    gone.close();
    for (let at = 0; at < 50; at++) await sender.send(bytes(`${at}`));
    // The system takes a few for a partner that has left, and then refuses.
    await out.failed;
    await using next = await connectSocket(out.ready[0]!);
    const buffer = new Uint8Array(1_024);
    let said = "";
    while (!said.endsWith("49\n")) {
      const length = await next.read(buffer, { timeout: 20_000 });
      assert(length !== null, said);
      said += text(buffer.subarray(0, length));
    }
    const numbers = said.trim().split("\n").map(Number);
    const first = numbers[0]!;
    assert(first < 25, said);
    const rest = Array.from({ length: 50 - first }, (_, at) => first + at);
    assertEquals(numbers, rest);
  },
);

natsTest(
  "relay() publishes to all who subscribe, or to one of a queue group",
  async (server) => {
    const [subject, source] = [uniqueName("news"), uniqueName()];
    await using _in = await started(
      `mailslot-listen:${source}`,
      `nats:${subject}@${server}`,
    );
    await using sender = await openMailslot(source);
    for (const queue of [undefined, "readers"]) {
      await using left = createMailslot(uniqueName());
      await using right = createMailslot(uniqueName());
      const nats = { servers: server, queue };
      await using _left = await started(
        `nats-listen:${subject}`,
        `mailslot:${left.name}`,
        { nats },
      );
      await using _right = await started(
        `nats-listen:${subject}`,
        `mailslot:${right.name}`,
        { nats },
      );
      const heard: string[] = [];
      const reading = [left, right].map(async (slot) => {
        for await (const message of slot) {
          heard.push(text(message));
          if (text(message) === "last") return;
        }
      });
      const copies = queue === undefined ? 2 : 1;
      for (let at = 0; at < 20; at++) await sender.send(bytes(`${at}`));
      if (queue === undefined) {
        await sender.send(bytes("last"));
        await Promise.all(reading);
      } else {
        // Which of the two gets the last is NATS' choice.
        await sender.send(bytes("last"));
        await Promise.race(reading);
      }
      const numbers = heard.filter((word) => word !== "last");
      assert(new Set(numbers).size <= 20);
      if (copies === 2) assertEquals(numbers.length, 40);
      else assertEquals(new Set(numbers).size, numbers.length);
      left.close();
      right.close();
      await Promise.all(reading);
    }
  },
);

natsTest(
  "relay() tells who asks where nobody answers, or the answer is late",
  async (server) => {
    const subject = uniqueName("svc");
    const relayTo = (pipe: string, requestTimeout?: number) =>
      started(`pipe-listen:${pipe}`, `nats:${subject}`, {
        mode: "message",
        nats: { servers: server },
        requestTimeout,
      });
    const ask = async (pipe: string) => {
      await using client = await connectPipe(pipe);
      await client.write(bytes("?"));
      return await client.readMessage();
    };
    const [patient, hasty] = [uniqueName(), uniqueName()];
    await using asking = await relayTo(patient);
    assertEquals(await ask(patient), null);
    await using listener = listenPipe(uniqueName(), { mode: "message" });
    await using _answering = await started(
      `nats-listen:${subject}`,
      `pipe:${listener.name}`,
      { nats: { servers: server } },
    );
    await using late = await relayTo(hasty, 300);
    assertEquals(await ask(hasty), null);
    await asking[Symbol.asyncDispose]();
    await late[Symbol.asyncDispose]();
    assertEquals([...asking.errors, ...late.errors].map(String), [
      `NotFound: nats:${subject}: Nobody answers on "${subject}"`,
      `TimedOut: nats:${subject}: Cannot request on "${subject}": no answer came within 300 ms`,
    ]);
  },
);

natsTest(
  "relay() answers each request by a program of its own",
  async (server) => {
    const [subject, pipe] = [uniqueName("svc"), uniqueName()];
    const nats = { servers: ["127.0.0.1:1", server] };
    await using _answering = await started(
      `nats-listen:${subject}`,
      "exec:sort",
      { nats },
    );
    await using asking = await started(
      `pipe-listen:${pipe}`,
      `nats:${subject}`,
      {
        mode: "message",
        nats,
      },
    );
    await using client = await connectPipe(pipe);
    for (const word of ["b", "c"]) {
      await client.write(bytes(`${word}\r\na\r\n`));
      assertEquals(text(await client.readMessage()), `a\r\n${word}\r\n`);
    }
    assertEquals(asking.errors, []);
  },
);

natsTest(
  "relay() tells of a server that is not there, and of a message that is too long",
  async (server) => {
    const port = freePort();
    await assertRejects(
      () => relay("mailslot-listen:x", `nats:a@127.0.0.1:${port}`),
      Deno.errors.ConnectionRefused,
      `nats:a@127.0.0.1:${port}: Cannot connect to NATS`,
    );
    const pipe = uniqueName();
    const told = Promise.withResolvers<unknown>();
    await using _asking = await relay(
      `pipe-listen:${pipe}`,
      `nats:a@${server}`,
      { mode: "message", onError: told.resolve },
    );
    await using client = await connectPipe(pipe);
    await client.write(new Uint8Array(2_000_000));
    // Nobody answers it: the partner does not wait for that.
    assertEquals(await client.readMessage(), null);
    assertEquals(
      String(await told.promise),
      `RangeError: nats:a@${server}: Cannot send 2000000 bytes: the NATS server takes 1048576 (max_payload)`,
    );
  },
);

natsTest(
  "relay() goes on after a message that is too long with the headers of its stream",
  async (server) => {
    const [subject, source, target] = [
      uniqueName("jobs"),
      uniqueName(),
      uniqueName(),
    ];
    const nats = { servers: server, durable: uniqueName("JOBS") };
    await using reader = createMailslot(target);
    await using relayed = await started(
      `mailslot-listen:${source}`,
      `nats:${subject}`,
      { nats },
    );
    await using _out = await started(
      `nats-listen:${subject}`,
      `mailslot:${target}`,
      { nats },
    );
    await using sender = await openMailslot(source);
    await sender.send(new Uint8Array(1_048_570));
    await sender.send(bytes("next"));
    assertEquals(text(await reader.receive({ timeout: 60_000 })), "next");
    assertStringIncludes(`${relayed.errors}`, "(max_payload)");
  },
);

for (const durable of [false, true]) {
  natsTest(
    `relay() reports an answer that is too long, also to its requester${
      durable ? ", through a stream" : ""
    }`,
    async (server) => {
      const [subject, pipe] = [uniqueName("svc"), uniqueName()];
      const nats = {
        servers: server,
        ...durable && { durable: uniqueName("SVC") },
      };
      await using listener = listenPipe(uniqueName(), { mode: "message" });
      const serving = (async () => {
        await using connection = await listener.accept();
        for await (const message of connection.messages()) {
          await connection.write(new Uint8Array(Number(text(message))));
        }
      })();
      const answering = await started(
        `nats-listen:${subject}`,
        `pipe:${listener.name}`,
        { nats },
      );
      await using asking = await started(
        `pipe-listen:${pipe}`,
        `nats:${subject}`,
        { mode: "message", nats },
      );
      const ask = async (size: number) => {
        await using client = await connectPipe(pipe);
        await client.write(bytes(`${size}`));
        return (await client.readMessage())?.byteLength;
      };
      // The headers of an answer through a stream count too.
      const tooLong = durable ? 1_048_576 : 1_048_577;
      assertEquals(await ask(tooLong), undefined);
      assertEquals(await ask(3), 3);
      await answering[Symbol.asyncDispose]();
      await serving;
      assertMatch(
        String(await asking.failed),
        /The request has failed: Cannot send \d+ bytes/,
      );
      assertEquals(answering.errors.length, 1);
    },
  );
}

natsTest(
  "relay() that waits for a NATS server is given up by its signal",
  async () => {
    const nobody = `127.0.0.1:${freePort()}`;
    const over = new AbortController();
    const running = relay(
      `nats-listen:jobs@${nobody}`,
      `pipe:${uniqueName()}`,
      {
        wait: true,
        signal: over.signal,
      },
    );
    const ended = assertRejects(() => running, Error, "enough");
    // Time for the first try: one that is given up before it would prove less.
    await assertRejects(
      () => relay(`nats-listen:jobs@${nobody}`, `pipe:${uniqueName()}`),
      Deno.errors.ConnectionRefused,
    );
    over.abort(new Error("enough"));
    await ended;
  },
);

natsTest(
  "relay() that waits for a NATS server that says nothing is given up by its signal",
  async () => {
    await using silent = await listenSocket();
    const over = new AbortController();
    const running = relay(
      `nats-listen:jobs@${silent.name}`,
      `pipe:${uniqueName()}`,
      // NATS' client itself waits for that long.
      { wait: true, signal: over.signal, requestTimeout: 600_000 },
    );
    const ended = assertRejects(() => running, Error, "enough");
    await using _connection = await silent.accept();
    over.abort(new Error("enough"));
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("late")), 30_000);
    await Promise.race([ended, late]);
    clearTimeout(timer);
  },
);
