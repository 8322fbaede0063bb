import { counted } from "../../text/counted.ts";
import { handleValue } from "../../../anonymous_pipe/mod.ts";
import { connectPipe, listenPipe } from "../../../named_pipe/mod.ts";
import type { PipeConnection } from "../../../../mod.ts";
import { type Side, sides } from "./side.ts";
import { unlessBroken } from "../../connection/abort.ts";
import { isTimeout } from "../../exit_code.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";

/** The pipe that a writes and b reads. */
const WRITE_PIPE = "WritePipe";
/** The pipe that b writes and a reads. */
const READ_PIPE = "ReadPipe";
/** The size of b's writes: Windows' MAX_PATH. */
const MESSAGE_SIZE = 260;
/** How long b keeps listening when it has nothing more to send, in ms. */
const LAST_WAIT = 1000;

export const run = sides(
  (side) => talk(side, create),
  (side) => talk(side, open),
);

async function talk(side: Side, connect: typeof create): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const ends = await connect(side, stack);
  await new Talk(side).run(ends);
  await side.did("closed", ends.write.name);
  await side.did("closed", ends.read.name);
}

interface Ends {
  readonly write: PipeConnection;
  readonly read: PipeConnection;
}

async function create(
  side: Side,
  stack: AsyncDisposableStack,
): Promise<Ends> {
  const { signal } = side.idle;
  const options = { mode: "message", backlog: 1 } as const;
  const write = stack.use(listenPipe(side.name(WRITE_PIPE), options));
  await side.did("created", write.name, { handle: handleValue(write) });
  const read = stack.use(listenPipe(side.name(READ_PIPE), options));
  await side.did("created", read.name, { handle: handleValue(read) });
  side.ready(`${write.name}, ${read.name}`);
  const [writeEnd, readEnd] = await Promise.all(
    [write, read].map(async (listener) => {
      const connection = stack.use(await listener.accept({ signal }));
      // There is one b: further ones fail because the pipe is missing.
      listener.close();
      return connection;
    }),
  );
  return { write: writeEnd!, read: readEnd! };
}

async function open(
  side: Side,
  stack: AsyncDisposableStack,
): Promise<Ends> {
  const { signal } = side.idle;
  const options = { mode: "message", waitForPeer: true, signal } as const;
  const dial = async (name: string) => {
    const connection = stack.use(await connectPipe(side.name(name), options));
    await side.did("opened", connection.name, {
      handle: handleValue(connection),
    });
    return connection;
  };
  return { read: await dial(WRITE_PIPE), write: await dial(READ_PIPE) };
}

/** The part of both sides after the connection. */
class Talk {
  readonly #side: Side;
  readonly #idle: InactivityTimeout;
  readonly #over = new AbortController();
  /** Stops reading when b has nothing more to send. */
  #readLimit: InactivityTimeout;
  #sent = false;

  constructor(side: Side) {
    this.#side = side;
    this.#idle = side.idle;
    this.#readLimit = side.idle;
  }

  async run({ read, write }: Ends): Promise<void> {
    const sending = this.#send(write);
    try {
      await Promise.race([this.#receive(read, sending), unlessBroken(sending)]);
    } finally {
      this.#readLimit[Symbol.dispose]();
      this.#over.abort(new DOMException("The other side left", "AbortError"));
    }
  }

  async #send(write: PipeConnection): Promise<void> {
    const { env, command } = this.#side;
    // --count is for what it receives.
    const common = { ...command.common, count: Infinity };
    const signal = AbortSignal.any([this.#idle.signal, this.#over.signal]);
    const lines = outgoing(env, { messages: [], common, signal });
    for await (const line of lines) {
      const message = command.side === "a" ? line : padded(line);
      await this.#side.send(write.name, message, (bytes) => {
        return write.write(bytes, { signal });
      });
    }
    this.#sent = true;
  }

  async #receive(read: PipeConnection, sending: Promise<void>): Promise<void> {
    const { common, command } = this.#side;
    let stop = AbortSignal.any([this.#idle.signal]);
    const leaves = command.side === "b" && common.count === Infinity;
    if (leaves) stop = this.#stopAfter(sending);
    try {
      for (let count = 0; count < common.count; count++) {
        const message = await read.readMessage({ signal: stop });
        if (message === null) return;
        await this.#side.received(read.name, message);
        this.#idle.progress();
        if (this.#sent) this.#readLimit.progress();
      }
    } catch (error) {
      if (!leaves || !this.#sent || !isTimeout(error)) throw error;
    }
  }

  #stopAfter(sending: Promise<void>): AbortSignal {
    const stop = new AbortController();
    sending.then(() => {
      const { timeout = LAST_WAIT } = this.#side.common;
      this.#readLimit = new InactivityTimeout(this.#over.signal, timeout);
      this.#readLimit.signal.addEventListener("abort", () => {
        stop.abort(this.#readLimit.signal.reason);
      });
    }, () => {});
    return AbortSignal.any([stop.signal, this.#idle.signal]);
  }
}

function padded(text: Uint8Array): Uint8Array {
  if (text.byteLength >= MESSAGE_SIZE) {
    throw new RangeError(
      `Cannot send ${counted(text.byteLength, "byte")}: b's messages hold ${
        MESSAGE_SIZE - 1
      } and a NUL; give a shorter line`,
    );
  }
  const message = new Uint8Array(MESSAGE_SIZE);
  message.set(text);
  return message;
}
