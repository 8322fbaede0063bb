// deno-lint-ignore-file no-console
// Talks to Python's multiprocessing.connection on a pipe, after a handshake
// that proves that both have the key. It exchanges bytes, not pickles. In
// Python:
//
//   with Listener(r"\\.\pipe\python-app", authkey=b"secret") as listener:
//     with listener.accept() as connection:
//       connection.send_bytes(connection.recv_bytes().upper())
//
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/python.ts connect [NAME] [KEY] [TEXT]
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/python.ts serve [NAME] [KEY]
//
// The second one is for `Client(r"\\.\pipe\python-app", authkey=b"secret")`.
//
// In a project of your own:
//   import { connectPipe, listenPipe, type PipeConnection } from "jsr:@winipc/winipc";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { connectPipe, listenPipe, type PipeConnection } from "../../mod.ts";

const [role, name = "python-app", key = "secret", text = "hello"] = Deno.args;
const CHALLENGE = new TextEncoder().encode("#CHALLENGE#");
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

if (role === "serve") {
  using listener = listenPipe(name, { mode: "message" });
  console.error(`ready: ${listener.name}`);
  await using connection = await listener.accept();
  await challenge(connection);
  await answer(connection);
  const message = textOf(await receive(connection));
  console.log(message);
  await connection.write(bytesOf(message.toUpperCase()));
} else {
  const options = { mode: "message", waitForPeer: true } as const;
  await using connection = await connectPipe(name, options);
  await answer(connection);
  await challenge(connection);
  await connection.write(bytesOf(text));
  console.log(textOf(await receive(connection)));
}

async function receive(connection: PipeConnection): Promise<Uint8Array> {
  const message = await connection.readMessage({ timeout: 10_000 });
  if (message === null) throw new Error("Python has hung up");
  return message;
}

/** Asks the other side to sign a random message. */
async function challenge(connection: PipeConnection): Promise<void> {
  const message = new Uint8Array([...bytesOf("{sha256}"), ...randomBytes(40)]);
  await connection.write(new Uint8Array([...CHALLENGE, ...message]));
  const reply = await receive(connection);
  const expected = sign(message, digestOf(reply));
  const right = reply.length === expected.length &&
    timingSafeEqual(reply, expected);
  await connection.write(bytesOf(right ? "#WELCOME#" : "#FAILURE#"));
  if (!right) throw new Error("Python has another key");
}

/** Signs the message of the other side. */
async function answer(connection: PipeConnection): Promise<void> {
  const message = (await receive(connection)).subarray(CHALLENGE.length);
  await connection.write(sign(message, digestOf(message)));
  const verdict = textOf(await receive(connection));
  if (verdict !== "#WELCOME#") throw new Error("Python has refused our key");
}

/** The name before the bytes. Python up to 3.11 sends none: it only knows MD5. */
function digestOf(bytes: Uint8Array): string | undefined {
  return /^\{(sha256|sha384|md5)\}/.exec(textOf(bytes))?.[1];
}

function sign(message: Uint8Array, digest: string | undefined): Uint8Array {
  const mac = createHmac(digest ?? "md5", key).update(message).digest();
  const prefix = digest === undefined ? "" : `{${digest}}`;
  return new Uint8Array([...bytesOf(prefix), ...mac]);
}
