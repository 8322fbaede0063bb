import { counted } from "../../text/counted.ts";
import { handleValue } from "../../../anonymous_pipe/mod.ts";
import { connectPipe, listenPipe } from "../../../named_pipe/mod.ts";
import type { PipeConnection } from "../../../../mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
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
const LAST_LOOK = 1000;

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  const side = new Side(command, env);
  using idle = new InactivityTimeout(env.signal, command.common.timeout);
  await using stack = new AsyncDisposableStack();
  const ends = command.side === "a"
    ? await create(side, env, idle, stack)
    : await open(side, idle, stack);
  await new Talk(command, side, env, idle).run(ends);
  await side.did("closed", ends.write.name);
  await side.did("closed", ends.read.name);
}

interface Ends {
  readonly write: PipeConnection;
  readonly read: PipeConnection;
}

async function create(
  side: Side,
  env: Environment,
  { signal }: InactivityTimeout,
  stack: AsyncDisposableStack,
): Promise<Ends> {
  const options = { mode: "message", backlog: 1 } as const;
  const write = stack.use(listenPipe(side.name(WRITE_PIPE), options));
  await side.has("created", write.name, handleValue(write));
  const read = stack.use(listenPipe(side.name(READ_PIPE), options));
  await side.has("created", read.name, handleValue(read));
  env.log(`ready: ${write.name}, ${read.name}`);
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
  { signal }: InactivityTimeout,
  stack: AsyncDisposableStack,
): Promise<Ends> {
  const options = { mode: "message", waitForPeer: true, signal } as const;
  const dial = async (name: string) => {
    const connection = stack.use(await connectPipe(side.name(name), options));
    await side.has("opened", connection.name, handleValue(connection));
    return connection;
  };
  return { read: await dial(WRITE_PIPE), write: await dial(READ_PIPE) };
}

/** The part of both sides after the connection. */
class Talk {
  readonly #command: DemoSide;
  readonly #side: Side;
  readonly #env: Environment;
  readonly #idle: InactivityTimeout;
  readonly #over = new AbortController();
  /** Stops reading when b has nothing more to send. */
  #look: InactivityTimeout;
  #sent = false;

  constructor(
    command: DemoSide,
    side: Side,
    env: Environment,
    idle: InactivityTimeout,
  ) {
    this.#command = command;
    this.#side = side;
    this.#env = env;
    this.#idle = idle;
    this.#look = idle;
  }

  async run({ read, write }: Ends): Promise<void> {
    const sending = this.#send(write);
    try {
      await Promise.race([this.#receive(read, sending), failureOf(sending)]);
    } finally {
      this.#look[Symbol.dispose]();
      this.#over.abort(new DOMException("The other side left", "AbortError"));
    }
  }

  async #send(write: PipeConnection): Promise<void> {
    const { common: given, side } = this.#command;
    // --count is for what it receives.
    const common = { ...given, count: Infinity };
    const signal = AbortSignal.any([this.#idle.signal, this.#over.signal]);
    const lines = outgoing(this.#env, { messages: [], common, signal });
    for await (const line of lines) {
      const message = side === "a" ? line : padded(line);
      await this.#side.send(write.name, message, (bytes) => {
        return write.write(bytes, { signal });
      });
    }
    this.#sent = true;
  }

  async #receive(read: PipeConnection, sending: Promise<void>): Promise<void> {
    const { common } = this.#command;
    let stop = AbortSignal.any([this.#idle.signal]);
    const leaves = this.#command.side === "b" && common.count === Infinity;
    if (leaves) stop = this.#stopAfter(sending);
    try {
      for (let count = 0; count < common.count; count++) {
        const message = await read.readMessage({ signal: stop });
        if (message === null) return;
        await this.#side.received(read.name, message);
        this.#idle.progress();
        if (this.#sent) this.#look.progress();
      }
    } catch (error) {
      if (!leaves || !this.#sent || !isTimeout(error)) throw error;
    }
  }

  #stopAfter(sending: Promise<void>): AbortSignal {
    const stop = new AbortController();
    sending.then(() => {
      const { timeout = LAST_LOOK } = this.#command.common;
      this.#look = new InactivityTimeout(this.#over.signal, timeout);
      this.#look.signal.addEventListener("abort", () => {
        stop.abort(this.#look.signal.reason);
      });
    }, () => {});
    return AbortSignal.any([stop.signal, this.#idle.signal]);
  }
}

/** Never resolves, and rejects when sending fails, unless the other side left. */
async function failureOf(sending: Promise<void>): Promise<never> {
  await sending.catch((error) => {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  });
  return await new Promise<never>(() => {});
}

function padded(text: Uint8Array): Uint8Array {
  if (text.byteLength >= MESSAGE_SIZE) {
    throw new RangeError(
      `Cannot send ${counted(text.byteLength, "byte")}: b's messages hold ${
        MESSAGE_SIZE - 1
      } and a NUL, give a shorter line`,
    );
  }
  const message = new Uint8Array(MESSAGE_SIZE);
  message.set(text);
  return message;
}
