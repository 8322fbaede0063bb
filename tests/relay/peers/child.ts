// A program behind exec: child.ts VERB [ARG…].
import { pattern } from "../../support/names.ts";

const [verb, ...args] = Deno.args as [string, ...string[]];

/** Reads up to the end of a line. */
async function readLine(): Promise<void> {
  const byte = new Uint8Array(1);
  while (await Deno.stdin.read(byte) !== null && byte[0] !== 10);
}

async function write(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    at += await Deno.stdout.write(bytes.subarray(at));
  }
}

const VERBS: Record<string, () => void | Promise<void>> = {
  /** Says its arguments. */
  argv: () => write(new TextEncoder().encode(JSON.stringify(args))),
  /** Reads one line, says so many bytes of a pattern, and ends. */
  async answer() {
    await readLine();
    await write(pattern(Number(args[0])));
  },
  /** Reads its stdin to the end, and sends it to a port. */
  async tell() {
    const read = await new Response(Deno.stdin.readable).bytes();
    using connection = await Deno.connect({ port: Number(args[0]) });
    await connection.write(read);
  },
  /** Never reads, says one line, and ends when it is killed. */
  async deaf() {
    await write(new TextEncoder().encode("here\n"));
    await new Promise(() => setInterval(() => {}, 60_000));
  },
};
await VERBS[verb]!();
