/** The line end in bytes. */
export type LineEnd = "byte" | "utf-16le" | "utf-16be";

export function lineEndOf(encoding: string): LineEnd {
  return encoding === "utf-16le" || encoding === "utf-16be" ? encoding : "byte";
}

/** The maximum length of a line, in bytes, as for a message. */
export const MAX_LINE = 64 * 1048576;

/** The factor by which the memory of a line grows, and its minimum in bytes. */
const GROWTH = 4;
const MIN_SIZE = 256;

/**
 * Cuts a stream of bytes into lines, without their ends (`\n` or `\r\n`). Each
 * byte is searched once, and copied only if its line spans chunks.
 */
export class LineSplitter {
  readonly #end: LineEnd;
  readonly #maxLine: number;
  /** The current line, with spare room after it. */
  #line = new Uint8Array(0);
  #size = 0;
  /** The first half of a UTF-16 unit. */
  #half: Uint8Array = new Uint8Array(0);

  /** Lines end with `end`, and are at most `maxLine` bytes long. */
  constructor(end: LineEnd = "byte", maxLine: number = MAX_LINE) {
    this.#end = end;
    this.#maxLine = maxLine;
  }

  /**
   * The lines that `chunk` completes. They may be parts of `chunk`.
   *
   * @throws {Deno.errors.InvalidData} when a line is longer than allowed
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = this.#units(chunk);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const at = this.#find(bytes, start);
      if (at < 0) break;
      const line = this.#completed(bytes.subarray(start, at));
      lines.push(this.#withoutReturn(line));
      start = at + this.#width;
    }
    this.#append(bytes.subarray(start));
    return lines;
  }

  /** The rest after the last line end. */
  end(): Uint8Array[] {
    this.#append(this.#half);
    this.#half = new Uint8Array(0);
    const rest = this.#completed(new Uint8Array(0));
    return rest.byteLength === 0 ? [] : [rest];
  }

  get #width(): number {
    return this.#end === "byte" ? 1 : 2;
  }

  /** Whole units; half a unit waits for the next chunk. */
  #units(chunk: Uint8Array): Uint8Array {
    if (this.#end === "byte") return chunk;
    const bytes = joined(this.#half, chunk);
    const whole = bytes.byteLength - bytes.byteLength % 2;
    this.#half = bytes.slice(whole);
    return bytes.subarray(0, whole);
  }

  #find(bytes: Uint8Array, from: number): number {
    for (let at = bytes.indexOf(10, from); at >= 0;) {
      const begin = this.#end === "utf-16be" ? at - 1 : at;
      if (this.#end === "byte") return at;
      if (begin >= from && begin % 2 === 0 && this.#unit(bytes, begin) === 10) {
        return begin;
      }
      at = bytes.indexOf(10, at + 1);
    }
    return -1;
  }

  #append(bytes: Uint8Array): void {
    const { byteLength } = bytes;
    if (byteLength === 0) return;
    this.#check(this.#size + byteLength);
    const needed = this.#size + byteLength + this.#width;
    if (needed > this.#line.byteLength) {
      const maxSize = this.#maxLine + this.#width;
      const size = Math.min(Math.max(GROWTH * needed, MIN_SIZE), maxSize);
      const line = new Uint8Array(size);
      line.set(this.#line.subarray(0, this.#size));
      this.#line = line;
    }
    this.#line.set(bytes, this.#size);
    this.#size += byteLength;
  }

  /** The line that ends with `last`. Its end follows it in memory ({@linkcode joinedLines}). */
  #completed(last: Uint8Array): Uint8Array {
    if (this.#size === 0) {
      this.#check(last.byteLength);
      return last;
    }
    this.#append(last);
    this.#line.set(LINE_ENDS[this.#end], this.#size);
    const line = this.#line.subarray(0, this.#size);
    this.#line = new Uint8Array(0);
    this.#size = 0;
    return line;
  }

  #check(size: number): void {
    if (size <= this.#maxLine) return;
    throw new Deno.errors.InvalidData(
      `Cannot read a line of more than ${this.#maxLine} bytes; pass bytes with --raw or --hex`,
    );
  }

  #withoutReturn(line: Uint8Array): Uint8Array {
    const at = line.byteLength - this.#width;
    return at >= 0 && this.#unit(line, at) === 13 ? line.subarray(0, at) : line;
  }

  #unit(bytes: Uint8Array, at: number): number {
    switch (this.#end) {
      case "byte":
        return bytes[at]!;
      case "utf-16le":
        return bytes[at]! + 256 * bytes[at + 1]!;
      case "utf-16be":
        return 256 * bytes[at]! + bytes[at + 1]!;
    }
  }
}

/** The lines of a stream, without their ends. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const lines of lineGroupsOf(chunks)) yield* lines;
}

/** The lines of {@linkcode linesOf}, as many at once as a chunk completes. */
export async function* lineGroupsOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array[], void, void> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const rest = splitter.end();
  if (rest.length > 0) yield rest;
}

/** A text without its last line end. */
export function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 10) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1);
}

/**
 * The lines, each with its end. Lines that follow each other in memory
 * with their ends, as in a chunk that was read, are not copied.
 */
export function joinedLines(
  lines: readonly Uint8Array[],
  end: LineEnd = "byte",
): Uint8Array<ArrayBuffer> {
  const runs = runsOf(lines, LINE_ENDS[end]);
  if (runs.length === 1) return runs[0]!;
  const size = runs.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const run of runs) {
    whole.set(run, at);
    at += run.byteLength;
  }
  return whole;
}

function runsOf(
  lines: readonly Uint8Array[],
  mark: readonly number[],
): Uint8Array<ArrayBuffer>[] {
  const runs: Uint8Array<ArrayBuffer>[] = [];
  let memory = new Uint8Array(0);
  let begin = 0;
  let end = 0;
  for (const { buffer, byteOffset, byteLength } of lines) {
    if (buffer !== memory.buffer || byteOffset !== end) {
      if (end > begin) runs.push(memory.subarray(begin, end));
      if (buffer !== memory.buffer) {
        memory = new Uint8Array(buffer as ArrayBuffer);
      }
      begin = byteOffset;
    }
    end = byteOffset + byteLength;
    if (mark.every((byte, i) => memory[end + i] === byte)) end += mark.length;
    else {
      runs.push(memory.subarray(begin, end), Uint8Array.from(mark));
      begin = end = NaN;
    }
  }
  if (end > begin) runs.push(memory.subarray(begin, end));
  return runs;
}

const LINE_ENDS = {
  "byte": [10],
  "utf-16le": [10, 0],
  "utf-16be": [0, 10],
} as const;

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.byteLength === 0) return b;
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
