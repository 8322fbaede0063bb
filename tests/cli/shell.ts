/**
 * Commands of winipc in a process that lives as long as the tests of a file:
 * it runs what `cli.ts` runs, and starts only once.
 */

import { startScript } from "../support/peer.ts";
import type { Peer } from "../support/peer.ts";
import type { Ended } from "./helpers.ts";

interface Answer {
  readonly id: number;
  readonly ready?: string;
  readonly printed?: string;
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

let peer: Peer | undefined;
let reading: Promise<void> | undefined;
let counter = 0;
const answers: Answer[] = [];

/** Starts the process before the first test of a file, and ends it after the last. */
export function withShell(): void {
  Deno.test.beforeAll(() => {
    const script = new URL("./peers/shell.ts", import.meta.url);
    peer = startScript(script);
  });
  Deno.test.afterAll(async () => {
    await peer?.[Symbol.asyncDispose]();
  });
}

/** A command that goes on until it is interrupted. Ended with the block that has it. */
export interface Running extends AsyncDisposable {
  /** Waits until it is ready, and tells what it says. Fails with its output when it ends instead. */
  ready(): Promise<string>;
  /**
   * Waits until it has printed `text`, or has ended. What others have sent it is
   * on its way to it when they have ended: an interrupt may be faster.
   */
  prints(text: string): Promise<void>;
  /** Interrupts it, like Ctrl-C. */
  interrupt(): Promise<void>;
  /** Waits for its end. */
  ended(): Promise<Ended>;
}

/** Begins `winipc ARG…`; without `input` its stdin stays open. */
export async function begin(
  args: string[],
  input?: string | Uint8Array,
): Promise<Running> {
  const id = ++counter;
  const bytes = typeof input === "string"
    ? new TextEncoder().encode(input)
    : input;
  let end: Ended | undefined;
  const running: Running = {
    async ready() {
      const first = await answer(
        id,
        ({ ready, code }) => ready !== undefined || code !== undefined,
      );
      if (first.ready !== undefined) return first.ready;
      const { code, stdout, stderr } = await running.ended();
      throw new Error(
        `"winipc ${args.join(" ")}" ended with ${code} before it was ready: ${
          stdout + stderr
        }`,
      );
    },
    async prints(text) {
      await order({ id, awaited: text });
      await answer(id, ({ printed }) => printed === text);
    },
    interrupt: () => order({ id }),
    async ended() {
      if (end !== undefined) return end;
      const last = await answer(id, ({ code }) => code !== undefined);
      const { code, stdout = "", stderr = "" } = last;
      const bytes = Uint8Array.fromHex(stdout);
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      return end = { code: code!, bytes, stdout: text, stderr };
    },
    async [Symbol.asyncDispose]() {
      if (end === undefined) await running.interrupt();
      await running.ended();
    },
  };
  await order({ id, args, input: bytes?.toHex() });
  return running;
}

async function order(what: object): Promise<void> {
  if (peer === undefined) throw new Error("Call withShell() at the top");
  await peer.send(JSON.stringify(what));
}

/** Reads only while somebody waits, so that no test leaves a read behind. */
async function answer(
  id: number,
  isIt: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const found = answers.findIndex((each) => each.id === id && isIt(each));
    if (found >= 0) {
      const one = answers[found]!;
      // Several may wait for its end.
      if (one.code === undefined) answers.splice(found, 1);
      return one;
    }
    await (reading ??= readOne());
  }
}

async function readOne(): Promise<void> {
  try {
    answers.push(JSON.parse(await peer!.line()));
  } finally {
    reading = undefined;
  }
}
