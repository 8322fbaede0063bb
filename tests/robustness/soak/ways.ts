/** The sending side of each way. */

import {
  clearClipboard,
  connectDde,
  connectPipe,
  connectRpc,
  connectSocket,
  createEvent,
  createMutex,
  openMailslot,
  openRing,
  openSharedMemory,
  type PipeConnection,
  sendCopyData,
  spawn,
  waitFor,
  writeClipboard,
} from "../../../mod.ts";
import type { Random } from "../fuzz/random.ts";
import { text } from "../../support/names.ts";
import type { Ledger } from "./ledger.ts";

/** The interface of the soak's server. */
export const RPC_UUID = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
/** The offset of the counter in the shared memory. */
export const SLOT = 2048;

/** The format that bytes have on the clipboard. */
export const CLIPBOARD_FORMAT = "winipc.soak";

const LARGEST = 2000;

/** Whether an operation timed out rather than failed. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** What a way needs. */
export interface Sender {
  readonly name: string;
  readonly port: number;
  readonly random: Random;
  readonly ledger: Ledger;
  /** How many faults there were. */
  faults: number;
  /** What the counter must stand at that both sides count under a mutex, as far as this side has counted. */
  counted: number;
  /** What it stands at, once the way is open. */
  counter(): number;
}

/** Sends something once. */
export type Step = () => Promise<void>;

/** Opens a way, whose objects belong to `stack`. */
export type Way = (
  sender: Sender,
  stack: AsyncDisposableStack,
) => Promise<Step>;

function message({ random }: Sender, most = LARGEST): Uint8Array<ArrayBuffer> {
  return random.bytes(1 + random.below(most));
}

/** Sends, and notes what has arrived for sure. False where it was given up. */
async function note(
  sender: Sender,
  way: string,
  bytes: Uint8Array,
  send: (timeout: number | undefined) => Promise<unknown>,
): Promise<boolean> {
  const hasty = sender.random.chance(0.1);
  try {
    await send(hasty ? sender.random.below(2) : undefined);
    sender.ledger.add(way, bytes);
    return true;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    sender.faults++;
    return false;
  }
}

/** All ways. */
export const WAYS: Readonly<Record<string, Way>> = {
  async pipe(sender, stack) {
    let client: PipeConnection = await connectPipe(sender.name);
    stack.defer(() => client.close());
    return async () => {
      const bytes = message(sender);
      const arrived = await note(
        sender,
        "pipe",
        bytes,
        (timeout) => client.write(bytes, { timeout }),
      );
      // After one that was given up there is no next one.
      if (arrived && !sender.random.chance(0.02)) return;
      client.close();
      client = await connectPipe(sender.name);
      sender.faults++;
    };
  },
  async mailslot(sender, stack) {
    const slot = stack.use(await openMailslot(sender.name));
    return async () => {
      const bytes = message(sender);
      await note(
        sender,
        "mailslot",
        bytes,
        (timeout) => slot.send(bytes, { timeout }),
      );
    };
  },
  async ring(sender, stack) {
    const ring = stack.use(
      await openRing(`${sender.name}.ring`, { role: "producer" }),
    );
    return async () => {
      const bytes = message(sender);
      await note(
        sender,
        "ring",
        bytes,
        (timeout) => ring.write(bytes, { timeout }),
      );
    };
  },
  message: (sender) =>
    Promise.resolve(async () => {
      // A message that is given up may still have arrived.
      const bytes = message(sender);
      await sendCopyData(sender.name, bytes, { timeout: 60_000 });
      sender.ledger.add("message", bytes);
    }),
  async socket(sender, stack) {
    const socket = stack.use(await connectSocket(sender.port));
    return async () => {
      const bytes = message(sender, 100);
      await socket.write(bytes);
      for (const byte of bytes) {
        sender.ledger.add("socket", Uint8Array.of(byte));
      }
    };
  },
  async "shared memory"(sender, stack) {
    const { name } = sender;
    const full = stack.use(createEvent(`${name}.full`));
    const empty = stack.use(createEvent(`${name}.empty`, { set: true }));
    const mutex = stack.use(createMutex(`${name}.mutex`));
    const memory = stack.use(openSharedMemory(`${name}.memory`));
    sender.counter = () => memory.read(SLOT, 1)[0]!;
    return await Promise.resolve(async () => {
      await waitFor(empty);
      const bytes = message(sender, 250);
      memory.write(Uint8Array.of(bytes.byteLength));
      memory.write(bytes, 8);
      sender.ledger.add("shared memory", bytes);
      full.set();
      if (!sender.random.chance(0.3)) return;
      using _lock = await mutex.lock();
      memory.write(Uint8Array.of(memory.read(SLOT, 1)[0]! + 1), SLOT);
      sender.counted++;
    });
  },
  async clipboard(sender, stack) {
    const { name } = sender;
    const taken = stack.use(createEvent(`${name}.taken`));
    stack.defer(() => clearClipboard().then(() => {}));
    let number = 0;
    return await Promise.resolve(async () => {
      const bytes = message(sender);
      const text = `${name} ${++number} ${bytes.toHex()}`;
      for (;;) {
        const formats = { [CLIPBOARD_FORMAT]: bytes };
        await writeClipboard({ text, formats }, { timeout: 60_000 });
        try {
          await waitFor(taken, { timeout: 10_000 });
          return sender.ledger.add("clipboard", bytes);
        } catch (error) {
          // Somebody else of this session changed it before it was read.
          if (!isTimeout(error)) throw error;
          sender.faults++;
        }
      }
    });
  },
  async dde(sender, stack) {
    const talk = stack.use(await connectDde(sender.name, "topic"));
    return async () => {
      const { random } = sender;
      const value = String(random.u32());
      await talk.poke("item", value, { timeout: 60_000 });
      sender.ledger.add("dde", new TextEncoder().encode(value));
    };
  },
  async rpc(sender, stack) {
    const client = stack.use(
      await connectRpc(`ncalrpc:[${sender.name}]`, { uuid: RPC_UUID }),
    );
    return async () => {
      const bytes = message(sender);
      if (sender.random.chance(0.05)) {
        await client.call(1, bytes, { timeout: 5 }).catch((error) => {
          if (!isTimeout(error)) throw error;
        });
        sender.faults++;
      }
      await client.call(0, bytes);
      sender.ledger.add("rpc", bytes);
    };
  },
  child: (sender) =>
    Promise.resolve(async () => {
      await using child = spawn("findstr.exe", {
        args: ["x"],
        stdin: "pipe",
        stdout: "pipe",
      });
      if (sender.random.chance(0.5)) {
        child.kill();
        await child.status;
        sender.faults++;
        return;
      }
      const line = "x".repeat(1 + sender.random.below(500));
      await child.stdin.write(new TextEncoder().encode(`${line}\r\n`));
      child.stdin.close();
      const output = await new Response(child.stdout.readable).bytes();
      if (text(output).trim() !== line) throw new Error("Not what was sent");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }),
};
