// deno-lint-ignore-file no-console
/**
 * Writes text, all of it one line or in short ones: to who connects to a pipe, to
 * who listens on it, or to stdout. Says on stderr when it begins.
 *
 * `line_source.ts listen|connect|stdout NAME SIZE LINE`
 */

import { connectPipe, listenPipe } from "../../../mod.ts";

const [way, name, size, line] = Deno.args as [string, string, string, string];
const CHUNK = 65536;

const chunk = new Uint8Array(CHUNK).fill(120);
for (let at = Number(line) - 1; at < CHUNK; at += Number(line)) chunk[at] = 10;

await using stack = new AsyncDisposableStack();
if (way === "stdout") {
  await send((bytes) => Deno.stdout.write(bytes));
} else if (way === "connect") {
  const connection = stack.use(await connectPipe(name));
  await send((bytes) => connection.write(bytes));
} else {
  const listener = stack.use(listenPipe(name, { maxInstances: 1 }));
  console.error("ready");
  const connection = stack.use(await listener.accept());
  await send((bytes) => connection.write(bytes));
}

async function send(
  write: (bytes: Uint8Array) => Promise<number | void>,
): Promise<void> {
  console.error(JSON.stringify({ began: Date.now() }));
  for (let left = Number(size); left > 0;) {
    const part = chunk.subarray(0, Math.min(left, CHUNK));
    // Only the end of the last chunk ends a line that is longer than a chunk.
    if (left <= CHUNK) part[part.length - 1] = 10;
    left -= await write(part) ?? part.length;
  }
}
