import { spawn, type SpawnedChild } from "../../../mod.ts";
import type { ScenarioName } from "./spec.ts";
import { inheritedFlags } from "./child.ts";
import { MESSAGE } from "./ping_pong.ts";
import { ROUNDS } from "./round_trips.ts";
import { unlessAborted } from "../connection/abort.ts";
import { linesOf } from "../text/lines.ts";

/** How fast a mechanism is. */
export interface Measured {
  /** The median of a message there and its answer back, in ms. */
  readonly roundTrip: number;
  /** How many were measured. */
  readonly rounds: number;
}

export interface EchoOptions {
  readonly mechanisms: readonly ScenarioName[];
  /** Stands before the names of the objects. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

/** What {@linkcode Echo.measure} is told. */
export interface MeasureOptions {
  /** How many round trips are measured. */
  readonly rounds: number;
  /** How long all of them may take, in ms. @default {10000} */
  readonly timeout?: number | undefined;
}

/** Not measured: the first ones, which load and open. */
const WARM_UP = 2;
const TIME_LIMIT = 10_000;

/** The process that answers. Ended with the block that has it. */
export class Echo implements AsyncDisposable {
  readonly #child: SpawnedChild;
  readonly #signal: AbortSignal;
  readonly #places = new Map<string, PromiseWithResolvers<string>>();
  readonly #reading: Promise<void>;
  #answer = Promise.withResolvers<string>();

  constructor({ mechanisms, prefix, signal }: EchoOptions) {
    this.#signal = signal;
    this.#child = spawn(Deno.execPath(), {
      args: [
        ...["run", ...inheritedFlags(), Deno.mainModule],
        ...["demo", "echo", ...mechanisms, `--prefix=${prefix}`],
      ],
      stdin: "pipe",
      stdout: "pipe",
      stderr: "null",
      endWithParent: true,
    });
    for (const mechanism of mechanisms) {
      const place = Promise.withResolvers<string>();
      // Told to who asks; without this it would be unhandled where nobody does.
      place.promise.catch(() => {});
      this.#places.set(mechanism, place);
    }
    this.#answer.promise.catch(() => {});
    this.#reading = this.#read();
  }

  /** Goes there and back `rounds` times by `mechanism`; undefined where it cannot. */
  async measure(
    mechanism: ScenarioName,
    { rounds, timeout = TIME_LIMIT }: MeasureOptions,
  ): Promise<Measured | undefined> {
    const limit = AbortSignal.timeout(timeout);
    const signal = AbortSignal.any([this.#signal, limit]);
    await using stack = new AsyncDisposableStack();
    const round = mechanism === "anon"
      ? () => this.#byStdin(signal)
      : await ROUNDS[mechanism]?.ask({
        where: await unlessAborted(
          this.#places.get(mechanism)!.promise,
          signal,
        ),
        signal,
        stack,
      });
    if (round === undefined) return undefined;
    for (let at = 0; at < WARM_UP; at++) await round();
    const times: number[] = [];
    for (let at = 0; at < rounds; at++) {
      const since = performance.now();
      await round();
      times.push(performance.now() - since);
    }
    times.sort((a, b) => a - b);
    return { roundTrip: times[rounds >> 1]!, rounds };
  }

  /** Lets it end, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.close();
    await using _child = this.#child;
    await Promise.all([this.#child.status, this.#reading]);
  }

  /** The process' own stdin and stdout are anonymous pipes. */
  async #byStdin(signal: AbortSignal): Promise<void> {
    const line = new Uint8Array(MESSAGE.byteLength + 1).fill(10);
    line.set(MESSAGE);
    this.#answer = Promise.withResolvers();
    await this.#child.stdin.write(line, { signal });
    const answer = await unlessAborted(this.#answer.promise, signal);
    if (answer === new TextDecoder().decode(MESSAGE)) return;
    throw new Error(`"${answer}" is not what was sent`);
  }

  /** Its lines: where a mechanism is to be found, and answers. */
  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of linesOf(this.#child.stdout.readable)) {
      const line = decoder.decode(bytes);
      if (line.startsWith("{")) this.#told(line);
      else this.#answer.resolve(line);
    }
    const ended = new Error("The answering process has ended");
    this.#answer.reject(ended);
    for (const place of this.#places.values()) place.reject(ended);
  }

  #told(line: string): void {
    const { mechanism, where, error } = JSON.parse(line);
    const place = this.#places.get(mechanism);
    if (error === undefined) place?.resolve(where);
    else place?.reject(new Error(error));
  }
}
