/** Commands of winipc in this process: all of `cli.ts` but its start and its end. */

import { setColorEnabled } from "@std/fmt/colors";
import { execute } from "../../lib/cli/main.ts";
import type { Ended } from "./helpers.ts";
import "../support/native.ts";

/** What surrounds a command. */
export interface Surroundings {
  /** Its stdin, up to the end, or its chunks; null for one that does not end. @default {""} */
  readonly input?:
    | string
    | Uint8Array<ArrayBuffer>
    | AsyncIterable<Uint8Array>
    | null;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Told of what is written to stdout. */
  readonly onOut?: (text: string) => void;
  /** Told of each line on stderr. */
  readonly onLog?: (line: string) => void;
}

/** Runs `winipc ARG…` to its end. */
export async function runHere(
  args: string[],
  { input = "", signal, onOut, onLog }: Surroundings = {},
): Promise<Ended> {
  setColorEnabled(false);
  const written: Uint8Array<ArrayBuffer>[] = [];
  let stderr = "";
  const stdin = streamOf(input);
  const code = await execute(args, {
    stdin,
    childStdin: stdin,
    interactive: false,
    terminal: false,
    // A copy, because commands use their buffers again.
    out(data) {
      const all = typeof data === "string"
        ? new TextEncoder().encode(data)
        : data;
      const pieces = all instanceof Uint8Array ? [all] : all;
      written.push(...pieces.map((bytes) => new Uint8Array(bytes)));
      const decoder = new TextDecoder();
      onOut?.(pieces.map((bytes) => decoder.decode(bytes)).join(""));
      return Promise.resolve();
    },
    log(line) {
      stderr += `${line}\n`;
      onLog?.(line);
    },
    signal: signal ?? new AbortController().signal,
  });
  const bytes = await new Blob(written).bytes();
  const stdout = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { code, bytes, stdout, stderr };
}

function streamOf(
  input: NonNullable<Surroundings["input"]> | null,
): AsyncIterable<Uint8Array> {
  if (input === null) return new ReadableStream();
  return typeof input === "string" || input instanceof Uint8Array
    ? new Blob([input]).stream()
    : input;
}
