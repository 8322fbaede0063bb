// Reads and writes in every way while garbage is made and collected all the
// time; run with --v8-flags=--expose-gc. Says how many of the blocks arrived
// right, way by way, and how often the garbage was collected.
import {
  callPipe,
  connectDde,
  connectPipe,
  connectRpc,
  connectSocket,
  createAnonymousPipe,
  createEvent,
  createMailslot,
  createRing,
  createSharedMemory,
  type DdePoke,
  listenMessages,
  listenPipe,
  listenSocket,
  mapFile,
  openMailslot,
  openRing,
  openSharedMemory,
  readClipboard,
  sendCopyData,
  serveDde,
  serveRpc,
  spawn,
  waitFor,
  writeClipboard,
} from "../../../mod.ts";
import { bytes, checksum, pattern, uniqueName } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";

declare const gc: (options?: { type: "minor" | "major" }) => void;

const BLOCKS = 60;
const NONE = new Uint8Array();
const DDE_FORMAT = "winipc.collecting";
const CLIPBOARD_FORMAT = "winipc.collecting";
const sizes = Array.from({ length: BLOCKS }, (_, i) => 1 + (i * 7919) % 70_000);
const sums = sizes.map((size, i) => checksum(pattern(size, i)));

type Send = (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>;
type Receive = (
  size: number,
) => Promise<Uint8Array | null | undefined> | Uint8Array;

/** Sends and receives the blocks at once; how many arrived right. */
async function carry(send: Send, receive: Receive): Promise<number> {
  let good = 0;
  const sending = async () => {
    for (const [i, size] of sizes.entries()) await send(pattern(size, i));
  };
  const receiving = async () => {
    for (const [i, size] of sizes.entries()) {
      if (checksum((await receive(size))!) === sums[i]) good++;
    }
  };
  await Promise.all([sending(), receiving()]);
  return good;
}

/** Reads whole blocks out of a stream of bytes. */
function wholeBlocks(
  read: (buffer: Uint8Array) => Promise<number | null>,
): Receive {
  return async (size) => {
    const block = new Uint8Array(size);
    for (let at = 0; at < size;) at += (await read(block.subarray(at)))!;
    return block;
  };
}

const WAYS: Record<string, () => Promise<number>> = {
  async pipe() {
    await using listener = listenPipe(uniqueName(), { mode: "message" });
    await using client = await connectPipe(listener.name);
    await using server = await listener.accept();
    return await carry((b) => client.write(b), () => server.readMessage());
  },
  async "pipe of bytes"() {
    await using listener = listenPipe(uniqueName());
    await using client = await connectPipe(listener.name);
    await using server = await listener.accept();
    return await carry(
      (b) => client.write(b),
      wholeBlocks((buffer) => server.read(buffer)),
    );
  },
  async "pipe calls"() {
    await using listener = listenPipe(uniqueName(), { mode: "message" });
    const answers: Uint8Array[] = [];
    const serving = (async () => {
      for await (const connection of listener) {
        await connection.write((await connection.readMessage())!);
        await connection.readMessage();
        connection.close();
      }
    })();
    const good = await carry(
      async (b) => answers.push(await callPipe(listener.name, b)),
      async () => {
        while (answers.length === 0) await turn();
        return answers.shift();
      },
    );
    listener.close();
    await serving;
    return good;
  },
  async "anonymous pipe"() {
    await using pipe = createAnonymousPipe();
    return await carry(
      (b) => pipe.write.write(b),
      wholeBlocks((buffer) => pipe.read.read(buffer)),
    );
  },
  async "blocking pipe"() {
    await using pipe = createAnonymousPipe({ inheritable: "both" });
    return await carry(
      (b) => pipe.write.write(b),
      wholeBlocks((buffer) => pipe.read.read(buffer)),
    );
  },
  async mailslot() {
    await using mailslot = createMailslot(uniqueName());
    await using sender = await openMailslot(mailslot.name);
    return await carry((b) => sender.send(b), () => mailslot.receive());
  },
  ring: () => overRing(true),
  "ring by copy": () => overRing(false),
  async "shared memory and events"() {
    const name = uniqueName();
    using mine = createSharedMemory(name, { size: 70_000 });
    using other = openSharedMemory(name);
    using full = createEvent(null);
    using empty = createEvent(null, { set: true });
    const view = other.view();
    return await carry(async (b) => {
      await waitFor(empty);
      mine.write(b);
      full.set();
    }, async (size) => {
      await waitFor(full);
      const block = view.slice(0, size);
      empty.set();
      return block;
    });
  },
  async socket() {
    await using listener = await listenSocket();
    await using client = await connectSocket(listener.local.port);
    await using server = await listener.accept();
    return await carry(
      (b) => client.write(b),
      wholeBlocks((buffer) => server.read(buffer)),
    );
  },
  async "window messages"() {
    await using listener = listenMessages();
    return await carry(
      (b) => sendCopyData(listener, b),
      async () => (await listener.receive()).bytes,
    );
  },
  async rpc() {
    const uuid = crypto.randomUUID();
    const binding = `ncalrpc:[${uniqueName()}]`;
    await using _server = await serveRpc({
      bindings: [binding],
      interfaces: { uuid, procedures: [(request) => request] },
    });
    using client = await connectRpc(binding, { uuid });
    return await answered((b) => client.call(0, b));
  },
  async dde() {
    const service = uniqueName();
    const taken: Uint8Array[] = [];
    const poke = ({ bytes }: DdePoke) => void taken.push(bytes);
    await using _server = serveDde(service, {
      topics: { topic: { items: { item: { poke } } } },
    });
    await using talk = await connectDde(service, "topic");
    return await answered(async (b) => {
      await talk.poke("item", b, { format: DDE_FORMAT, timeout: 60_000 });
      return taken.pop();
    });
  },
  async clipboard() {
    return await answered(async (b) => {
      const formats = { [CLIPBOARD_FORMAT]: b };
      await writeClipboard({ formats }, { timeout: 60_000 });
      const options = { formats: [CLIPBOARD_FORMAT], timeout: 60_000 };
      return (await readClipboard(options)).formats?.[CLIPBOARD_FORMAT];
    });
  },
  async "file mapping"() {
    const path = await Deno.makeTempFile({ prefix: "winipc-test-" });
    await Deno.truncate(path, 70_000);
    try {
      using mine = mapFile(path, { access: "read-write" });
      using other = mapFile(path);
      return await answered((b) => {
        mine.write(b);
        return Promise.resolve(other.read(0, b.byteLength));
      });
    } finally {
      await Deno.remove(path);
    }
  },
  async child() {
    await using child = spawn("findstr.exe", {
      args: ["x"],
      stdin: "pipe",
      stdout: "pipe",
    });
    const lines = sizes.map((size) => bytes(`x${size} `.repeat(9) + "\r\n"));
    const all = lines.reduce(
      (sum, line) => checksum(line, sum),
      checksum(NONE),
    );
    for (const line of lines) await child.stdin.write(line);
    child.stdin.close();
    const output = await new Response(child.stdout.readable).bytes();
    return checksum(output) === all ? lines.length : 0;
  },
};

/** Sends the blocks one after another; how many came back right. */
async function answered(
  ask: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array | undefined>,
): Promise<number> {
  let good = 0;
  for (const [i, size] of sizes.entries()) {
    const answer = await ask(pattern(size, i));
    if (checksum(answer!) === sums[i]) good++;
  }
  return good;
}

let over = false;
let collections = 0;
const collecting = collect();
const results = await Promise.all(
  Object.entries(WAYS).map(async ([way, run]) => [way, await run()] as const),
);
over = true;
await collecting;
for (const [way, good] of results) say(`${way}: ${good}`);
say(`collected often: ${collections > BLOCKS}`);

async function overRing(zeroCopy: boolean): Promise<number> {
  const name = uniqueName();
  await using producer = createRing(name, { capacity: 100_000, zeroCopy });
  await using consumer = await openRing(name, { zeroCopy });
  return await carry((b) => producer.write(b), () => consumer.read());
}

async function collect(): Promise<void> {
  while (!over) {
    for (let i = 0; i < 5; i++) new Uint8Array(100_000).fill(i);
    gc({ type: collections % 4 === 0 ? "major" : "minor" });
    collections++;
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
