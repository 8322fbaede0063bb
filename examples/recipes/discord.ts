// deno-lint-ignore-file no-console
// Sets the activity of the Discord user of this computer until it is stopped:
// Discord removes the activity when the connection ends. Each message is an
// opcode and a length (4 bytes each, little-endian) and JSON.
//
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/discord.ts CLIENT_ID [DETAILS] [PIPE…]
//
// In a project of your own:
//   import { connectPipe, type PipeConnection, readExactly } from "jsr:@winipc/winipc";
import { connectPipe, type PipeConnection, readExactly } from "../../mod.ts";

const [HANDSHAKE, FRAME, CLOSE, PING, PONG] = [0, 1, 2, 3, 4];
const MAX_SIZE = 1_048_576;
const WAIT = { timeout: 10_000 };
const [clientId, details = "Writing TypeScript", ...given] = Deno.args;
const names = Array.from({ length: 10 }, (_, i) => `discord-ipc-${i}`);

await using discord = await connect();
await send(HANDSHAKE, { v: 1, client_id: clientId });
console.log((await receive()).data.user.username);

const activity = { details, timestamps: { start: Date.now() } };
const args = { pid: Deno.pid, activity };
await send(FRAME, { cmd: "SET_ACTIVITY", args, nonce: crypto.randomUUID() });
const { evt, data } = await receive();
if (evt === "ERROR") throw new Error(data.message);
console.log(data.details);
console.error("Press Ctrl-C to remove it.");
for (;;) await receive({});

/** The first of Discord's ten names that has a listener. */
async function connect(): Promise<PipeConnection> {
  for (const name of given.length > 0 ? given : names) {
    try {
      return await connectPipe(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error("Discord does not run");
}

async function send(kind: number, value: unknown): Promise<void> {
  const json = new TextEncoder().encode(JSON.stringify(value));
  const frame = new Uint8Array(8 + json.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, json.length, true);
  frame.set(json, 8);
  await discord.write(frame);
}

// deno-lint-ignore no-explicit-any
async function receive(wait: { timeout?: number } = WAIT): Promise<any> {
  for (;;) {
    const header = new DataView((await readExactly(discord, 8, wait)).buffer);
    const length = header.getUint32(4, true);
    if (length > MAX_SIZE) throw new Error(`Discord sends ${length} bytes`);
    const json = await readExactly(discord, length, WAIT);
    const value = JSON.parse(new TextDecoder().decode(json));
    const kind = header.getUint32(0, true);
    if (kind === CLOSE) throw new Error(value.message);
    if (kind !== PING) return value;
    await send(PONG, value);
  }
}
