// The server end of a pipe in another process: server.ts VERB NAME [ARG…]
import { wrapNatives } from "../../../lib/win32/binding.ts";
import { restoreLastError, type Win32Error } from "../../../lib/win32/error.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../../lib/win32/utf16.ts";
import { connectPipe, handleValue, listenPipe } from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { SYSTEM32 } from "../../support/system32.ts";

const [verb, name, ...args] = Deno.args as [string, string, ...string[]];
const MESSAGES = { mode: "message", inputBuffer: 4096 } as const;
const VERBS: Record<string, () => Promise<void>> = {
  /** Has the name until told. */
  async hold() {
    await using _listener = listenPipe(name);
    say("ready");
    await readLine();
  },
  /** Accepts a second client, whose instance cannot be made at first. */
  async full() {
    using listener = listenPipe(name, { maxInstances: 1 });
    let refusals = 0;
    wrapNatives((native, bound) => (...args) => {
      if (bound.name !== "CreateNamedPipeW" || refusals++ > 3) {
        return native(...args);
      }
      restoreLastError(ERROR.ERROR_PIPE_BUSY);
      return 0xffff_ffff_ffff_ffffn;
    });
    const client = await connectPipe(name);
    const server = await listener.accept();
    // A child may have the handle: the instance is not used again.
    handleValue(server);
    say("ready");
    client.close();
    server.close();
    const accepted = listener.accept();
    connectPipe(name, { waitForPeer: true }).then((next) => next.close());
    using _next = await accepted;
    say("accepted");
  },
  /** Tries to make a further instance of a pipe, and says Windows' name of what came of it. */
  join() {
    say("ready");
    const path = toUtf16(
      name.startsWith("\\\\") ? name : `\\\\.\\pipe\\${name}`,
    );
    try {
      kernel32().call.CreateNamedPipeW(path, 3, 0, 255, 0, 0, 0, null);
      say("done");
    } catch (error) {
      say((error as Win32Error).symbol);
    }
    return Promise.resolve();
  },
  /** Disconnects its client when told, as winipc itself does not, and says whether it has. */
  async disconnect() {
    const { DisconnectNamedPipe } = Deno.dlopen(
      `${SYSTEM32}\\kernel32.dll`,
      {
        DisconnectNamedPipe: { parameters: ["usize"], result: "i32" },
      } as const,
    ).symbols;
    await using listener = listenPipe(name);
    say("ready");
    await using server = await listener.accept();
    await readLine();
    say(DisconnectNamedPipe(BigInt(handleValue(server))));
    await readLine();
  },
  /** Echoes to everybody until told. */
  async echo() {
    await using listener = listenPipe(name);
    say("ready");
    const over = readLine().then(() => listener.close());
    for await (const connection of listener) {
      const { readable, writable } = connection;
      readable.pipeTo(writable).catch(() => {});
    }
    await over;
  },
  /** Writes its arguments to one client and closes at once. */
  async write() {
    await using listener = listenPipe(name);
    say("ready");
    using connection = await listener.accept();
    for (const arg of args) await connection.write(bytes(arg));
    connection.close();
    say("left");
    await readLine();
  },
  /** Takes one client and never reads, until told. */
  async deaf() {
    await using listener = listenPipe(name, { inputBuffer: 4096 });
    say("ready");
    await using _connection = await listener.accept();
    say("accepted");
    await readLine();
  },
  /** Answers messages with their length, until told. */
  async count() {
    await using listener = listenPipe(name, MESSAGES);
    say("ready");
    const over = readLine().then(() => listener.close());
    for await (const connection of listener) {
      await using one = connection;
      for await (const message of one.messages()) {
        await one.write(bytes(String(message.byteLength)));
      }
    }
    await over;
  },
  /** Takes the first byte of a message, and what follows it when told. */
  async parts() {
    await using listener = listenPipe(name, MESSAGES);
    say("ready");
    await using connection = await listener.accept();
    await connection.read(new Uint8Array(1));
    say("began");
    await readLine();
    const rest = new Uint8Array(100);
    say(String(await connection.read(rest)));
  },
  /** Accepts in the background only, and has nothing else to do. */
  unref() {
    const listener = listenPipe(name);
    listener.unref();
    listener.accept();
    say("ready");
    return Promise.resolve();
  },
  /** Says what the first client writes, although its accept is unref'd. */
  async unrefServed() {
    await using listener = listenPipe(name);
    listener.unref();
    const accepted = listener.accept();
    say("ready");
    const reading = readLine();
    await using connection = await accepted;
    const buffer = new Uint8Array(64);
    const length = await connection.read(buffer);
    say(text(buffer.subarray(0, length ?? 0)));
    await reading;
  },
};

await VERBS[verb]!();
