import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connectPipe,
  createMailslot,
  listenPipe,
  openMailslot,
  type PipeConnection,
  relay,
  type RelayNatsOptions,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";
import { type Peer, startScript } from "../helpers/peer.ts";
import { freePort, started } from "./helpers.ts";

const SERVER = Deno.env.get("WINIPC_TEST_NATS");
const REQUESTS = 10_000;
const CLIENTS = 16;

/** A test that talks to a NATS server; without one it is ignored, and says so. */
function natsTest(name: string, fn: (server: string) => Promise<void>): void {
  Deno.test({
    name: SERVER ? name : `${name} (no nats-server here)`,
    ignore: SERVER === undefined,
    // NATS' client keeps timers of its own a little longer.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => fn(SERVER!),
  });
}

/** The server behind one machine: answers each number by its own name and the number. */
function machine(name: string) {
  const pipe = uniqueName();
  const listener = listenPipe(pipe, { mode: "message" });
  const handled: string[] = [];
  const serve = async (connection: PipeConnection) => {
    for await (const message of connection.messages()) {
      handled.push(text(message));
      await connection.write(bytes(`${name}:${text(message)}`));
    }
  };
  const serving = (async () => {
    for await (const connection of listener) {
      // A relay that is killed breaks its pipes.
      serve(connection).catch(() => {}).finally(() => connection.close());
    }
  })();
  return {
    pipe,
    handled,
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await serving;
    },
  };
}

async function relayProcess(
  subject: string,
  pipe: string,
  nats: RelayNatsOptions,
): Promise<Peer> {
  const script = new URL("./peers/machine.ts", import.meta.url);
  const peer = startScript(script, [subject, pipe, JSON.stringify(nats)]);
  await peer.says("ready");
  return peer;
}

/** What became of each request: who answered, or undefined where it was told as failed. */
type Outcomes = (string | undefined)[];

/** Asks all requests by several clients at once, each on its own connections. */
async function askAll(
  pipe: string,
  onAnswer: (done: number) => void,
): Promise<Outcomes> {
  const outcomes: Outcomes = Array.from({ length: REQUESTS });
  let [next, done] = [0, 0];
  const client = async () => {
    let connection = await connectPipe(pipe);
    while (next < REQUESTS) {
      const number = next++;
      await connection.write(bytes(`${number}`));
      const answer = await connection.readMessage();
      onAnswer(++done);
      if (answer === null) {
        // The relay closes a connection whose request has failed.
        connection.close();
        connection = await connectPipe(pipe);
        continue;
      }
      const [who, what] = text(answer).split(":");
      assertEquals(what, `${number}`);
      outcomes[number] = who;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return outcomes;
}

for (const durable of [false, true]) {
  natsTest(
    `relay() shares ${REQUESTS} requests between two machines, one of them killed, ${
      durable ? "through a stream" : "in a queue group"
    }`,
    async (server) => {
      const subject = uniqueName("svc");
      const nats: RelayNatsOptions = {
        servers: server,
        queue: "workers",
        ackWait: 1_000,
        ...durable && { durable: uniqueName("STREAM") },
      };
      await using one = machine("one");
      await using two = machine("two");
      await using first = await relayProcess(subject, one.pipe, nats);
      await using _second = await relayProcess(subject, two.pipe, nats);
      const pipe = uniqueName();
      await using asking = await started(
        `pipe-listen:${pipe}`,
        `nats:${subject}`,
        {
          mode: "message",
          nats,
          requestTimeout: 4_000,
        },
      );
      let killing: Promise<void> | undefined;
      const outcomes = await askAll(pipe, (done) => {
        if (done === REQUESTS / 2) killing = first.kill();
      });
      await killing;
      const answered = outcomes.filter((who) => who !== undefined);
      const failed = REQUESTS - answered.length;
      const handled = [...one.handled, ...two.handled];
      // deno-lint-ignore no-console -- the counts that are told in the README.
      console.log(
        `  ${answered.length} answered, ${failed} told as failed; ` +
          `one ${one.handled.length}, two ${two.handled.length}`,
      );
      assertEquals(asking.relay.counts.failed, failed);
      // None was handed to a server twice, and each answer is of one who had it.
      assertEquals(new Set(handled).size, handled.length);
      const had = { one: new Set(one.handled), two: new Set(two.handled) };
      for (const [number, who] of outcomes.entries()) {
        if (who === undefined) continue;
        assert(had[who as "one" | "two"].has(`${number}`));
      }
      // At most what one relay had in its hands is lost.
      assert(failed <= 2 * CLIENTS, `${failed} failed`);
      assert(one.handled.length > REQUESTS / 10);
      assert(two.handled.length > REQUESTS / 2);
    },
  );
}

natsTest(
  "relay() keeps what a mailslot's reader was away for, in order",
  async (server) => {
    const [subject, source, target] = [
      uniqueName("jobs"),
      uniqueName(),
      uniqueName(),
    ];
    const nats = {
      servers: server,
      durable: uniqueName("JOBS"),
      ackWait: 1_000,
    };
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
      ackWait: 1_000,
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
    const [subject, pipe] = [uniqueName("svc"), uniqueName()];
    await using asking = await started(
      `pipe-listen:${pipe}`,
      `nats:${subject}`,
      {
        mode: "message",
        nats: { servers: server },
        requestTimeout: 300,
      },
    );
    const ask = async () => {
      await using client = await connectPipe(pipe);
      await client.write(bytes("?"));
      return await client.readMessage();
    };
    assertEquals(await ask(), null);
    await using listener = listenPipe(uniqueName(), { mode: "message" });
    await using _answering = await started(
      `nats-listen:${subject}`,
      `pipe:${listener.name}`,
      { nats: { servers: server } },
    );
    assertEquals(await ask(), null);
    await asking[Symbol.asyncDispose]();
    assertEquals(asking.errors.map(String), [
      `NotFound: nats:${subject}: Nobody answers on "${subject}"`,
      `TimedOut: nats:${subject}: No answer on "${subject}" after 300 ms`,
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
    await using asking = await started(
      `pipe-listen:${pipe}`,
      `nats:a@${server}`,
      {
        mode: "message",
      },
    );
    await using client = await connectPipe(pipe);
    await client.write(new Uint8Array(2_000_000));
    assertEquals(await client.readMessage(), null);
    await asking[Symbol.asyncDispose]();
    assertEquals(asking.errors.map(String), [
      `RangeError: nats:a@${server}: Cannot send 2000000 bytes: the NATS server takes 1048576 (max_payload)`,
    ]);
  },
);
