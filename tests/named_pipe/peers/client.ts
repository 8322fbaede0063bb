// The client end of a pipe in another process: client.ts VERB NAME [ARG…]
import { connectPipe, type PipeConnection, readExactly } from "../../../mod.ts";
import { bytes, checksum, pattern, text } from "../../support/names.ts";
import { readLine, say } from "../../support/peer_side.ts";

const [verb, name, ...args] = Deno.args as [string, string, ...string[]];
const VERBS: Record<string, () => Promise<void>> = {
  /** Connects, says so, and stays until told. */
  async stay() {
    await using _connection = await connectPipe(name);
    say("connected");
    await readLine();
  },
  /** Writes each argument, and leaves at once. */
  async write() {
    using connection = await connectPipe(name);
    for (const arg of args) await connection.write(bytes(arg));
    connection.close();
    say("left");
  },
  /** Sends a message of each size, and stays until told. */
  async messages() {
    await using connection = await connectPipe(name);
    for (const size of args.map(Number)) {
      await connection.write(pattern(size, size));
    }
    say("sent");
    await readLine();
  },
  /** Says what it reads, up to the end. */
  async read() {
    await using connection = await connectPipe(name);
    say("connected");
    let sum: number | undefined;
    let total = 0;
    for await (const chunk of connection.readable) {
      sum = checksum(chunk, sum);
      total += chunk.byteLength;
    }
    say(`${total} ${sum}`);
  },
  /** Dials many times at once, and has each message echoed. */
  async echo() {
    const [clients, messages] = args.map(Number) as [number, number];
    const dialled = Array.from({ length: clients }, () => connectPipe(name));
    const connections = await Promise.all(dialled);
    say("connected");
    await readLine();
    const echoes = connections.map((one, i) => echoed(one, i, messages));
    const good = (await Promise.all(echoes)).reduce((sum, n) => sum + n, 0);
    say(good);
    connections.forEach((connection) => connection.close());
  },
  /** Dials as soon as there is a listener. */
  async wait() {
    say("dialling");
    await using connection = await connectPipe(name, { waitForPeer: true });
    await connection.write(bytes("hello"));
    say("left");
  },
  /** Both ways at once: sends and receives so many bytes. */
  async duplex() {
    const size = Number(args[0]);
    await using connection = await connectPipe(name);
    const [, got] = await Promise.all([
      connection.write(pattern(size, 1)),
      readExactly(connection, size),
    ]);
    say(checksum(got));
    await readLine();
  },
  /** Echoes what comes until the other side closes. */
  async mirror() {
    await using connection = await connectPipe(name);
    const { readable, writable } = connection;
    await readable.pipeTo(writable);
    say("over");
  },
  /** Comes and goes many times, a few at once: says how many were answered with "ours", and how many with something else. */
  async visit() {
    const [visits, atOnce] = args.map(Number) as [number, number];
    const answers = { ours: 0, others: 0 };
    let begun = 0;
    const visitor = async () => {
      while (begun < visits) {
        // Each fourth leaves without reading.
        const reads = begun++ % 4 !== 3;
        using connection = await connectPipe(name, { timeout: 60_000 });
        if (!reads) continue;
        const answer = await readAll(connection);
        answers[answer === "ours" ? "ours" : "others"]++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, visitor));
    say(`${answers.ours} ${answers.others}`);
  },
  /** Tries once and says how it failed. */
  async fail() {
    try {
      using _connection = await connectPipe(name);
      say("connected");
    } catch (error) {
      say((error as Error).name);
    }
  },
};

await VERBS[verb]!();

async function echoed(
  connection: PipeConnection,
  client: number,
  messages: number,
): Promise<number> {
  let good = 0;
  for (let i = 0; i < messages; i++) {
    const message = bytes(`client ${client} message ${i}`);
    await connection.write(message);
    const answer = await readExactly(connection, message.byteLength);
    if (text(answer) === text(message)) good++;
  }
  return good;
}

async function readAll(connection: PipeConnection): Promise<string> {
  let all = "";
  const buffer = new Uint8Array(64);
  for (;;) {
    const length = await connection.read(buffer);
    if (length === null) return all;
    all += text(buffer.subarray(0, length));
  }
}
