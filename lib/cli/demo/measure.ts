import { spawn, type SpawnedChild } from "../../../mod.ts";
import type { ScenarioName } from "./spec.ts";
import { inheritedFlags } from "./child.ts";
import { MESSAGE, ROUND_TRIPS } from "../round_trips.ts";
import { abortable } from "../connection/abort.ts";
import { linesOf } from "../text/lines.ts";

/** The speed of a mechanism. */
export interface Measured {
  /** The median of a round trip, in ms. */
  readonly roundTrip: number;
  /** How many were measured. */
  readonly rounds: number;
}

export interface EchoOptions {
  readonly mechanisms: readonly ScenarioName[];
  /** The prefix of the objects' names. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** The time limit for all of them, in ms. @default {60000} */
  readonly timeout?: number | undefined;
}

/** The first round trips are not measured: they load and open. */
const WARM_UP = 2;
/** That of a scenario: a busy machine takes long to start the echo process. */
const TIME_LIMIT = 60_000;

/** The echo process. `using` ends it. */
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
      // A caller gets it; this prevents an unhandled rejection.
      place.promise.catch(() => {});
      this.#places.set(mechanism, place);
    }
    this.#answer.promise.catch(() => {});
    this.#reading = this.#read();
    this.#reading.catch(() => {});
  }

  /**
   * Measures `rounds` round trips by `mechanism`; undefined if that is
   * impossible.
   */
  async measure(
    mechanism: ScenarioName,
    { rounds, timeout = TIME_LIMIT }: MeasureOptions,
  ): Promise<Measured | undefined> {
    const limit = AbortSignal.timeout(timeout);
    const signal = AbortSignal.any([this.#signal, limit]);
    await using stack = new AsyncDisposableStack();
    const round = mechanism === "anon"
      ? () => this.#byStdin(signal)
      : await ROUND_TRIPS[mechanism]?.ask({
        where: await abortable(
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
    const answer = await abortable(this.#answer.promise, signal);
    if (answer === new TextDecoder().decode(MESSAGE)) return;
    throw new Error(`"${answer}" is not what was sent`);
  }

  /** Its lines: the addresses of mechanisms, and answers. */
  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of linesOf(this.#child.stdout.readable)) {
      const line = decoder.decode(bytes);
      if (line.startsWith("{")) this.#receiveReport(line);
      else this.#answer.resolve(line);
    }
    const ended = new Error("The answering process has ended");
    this.#answer.reject(ended);
    for (const place of this.#places.values()) place.reject(ended);
  }

  #receiveReport(line: string): void {
    const { mechanism, where, error } = JSON.parse(line);
    const place = this.#places.get(mechanism);
    if (error === undefined) place?.resolve(where);
    else place?.reject(new Error(error));
  }
}
