import { assert, assertEquals } from "@std/assert";
import {
  connectPipe,
  listenPipe,
  type PipeConnection,
  type RelayNatsOptions,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { started } from "./helpers.ts";
import { natsTest } from "./nats.ts";

/** So many requests, unless the environment asks for more. */
const REQUESTS = Number(Deno.env.get("WINIPC_TEST_REQUESTS") ?? 4000);
const CLIENTS = 16;

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
      // A relay that dies breaks its pipes.
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
    `relay() shares ${REQUESTS} requests between two machines, one of which dies, ${
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
      // It ends itself: see crash() in support/peer_side.ts.
      let dying: Promise<void> | undefined;
      const outcomes = await askAll(pipe, (done) => {
        if (done === REQUESTS / 2) dying = first.send("die");
      });
      await dying;
      await first.ended();
      // A client sees its connection end before the failure is counted.
      await asking[Symbol.asyncDispose]();
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
