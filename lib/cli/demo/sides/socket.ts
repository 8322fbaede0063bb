import { connectSocket, listenSocket } from "../../../socket/mod.ts";
import { type Side, sides } from "./side.ts";
import { arrivals, FINISHED, framed, Pieces } from "../../text/incoming.ts";

/** The port that a listens on without a prefix. */
const PORT = 42424;
/** Below the ports that systems give to clients. */
const FIRST_PORT = 12_000;
const PORTS = 6000;

export const run = sides(write, read);

/** Listens, and sends the lines of stdin to the first client. */
async function write(side: Side): Promise<void> {
  const { common, command: { prefix } } = side;
  const { signal } = side.idle;
  await using listener = await listenSocket(portOf(prefix));
  await side.did("created", listener.name);
  side.ready(listener.name);
  await using b = await listener.accept({ signal });
  for await (const line of side.lines(signal)) {
    await side.send(
      listener.name,
      line,
      async (message) => {
        for (const piece of framed([message], "byte", common)) {
          await b.write(piece, { signal });
        }
      },
    );
    side.idle.progress();
  }
  await b.closeWrite({ signal });
  // b closes when it has everything.
  while (await b.read(new Uint8Array(64), { signal }) !== null);
  await side.did("closed", listener.name);
}

/** Connects, and prints received data until the end. */
async function read(side: Side): Promise<void> {
  const { common, command: { prefix } } = side;
  const { signal } = side.idle;
  const wait = { waitForPeer: true, signal };
  await using a = await connectSocket(portOf(prefix), wait);
  await side.did("opened", a.name);
  const pieces = new Pieces("byte", common);
  let count = 0;
  const show = async (texts: Uint8Array[]) => {
    for (const text of texts) {
      await side.received(a.name, text);
      if (++count >= common.count) return true;
    }
    return false;
  };
  for await (const arrived of arrivals(a, signal)) {
    side.idle.progress();
    if (arrived !== FINISHED && await show(pieces.push(arrived))) break;
  }
  if (count < common.count) await show(pieces.end());
  await side.did("closed", a.name);
}

/** A port for each prefix, so that several demos can run at the same time. */
function portOf(prefix: string): number {
  if (prefix === "") return PORT;
  let sum = 0;
  for (let at = 0; at < prefix.length; at++) {
    sum = (Math.imul(sum, 31) + prefix.charCodeAt(at)) >>> 0;
  }
  return FIRST_PORT + sum % PORTS;
}
