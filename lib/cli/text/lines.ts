/** The line end in bytes. */
export type LineEnd = "byte" | "utf-16le" | "utf-16be";

/** The line end in an encoding. */
export function lineEndOf(encoding: string): LineEnd {
  return encoding === "utf-16le" || encoding === "utf-16be" ? encoding : "byte";
}

/** The maximum length of a line, in bytes, as for a message. */
export const MAX_LINE = 64 * 1048576;

/** Small chunks of one line share blocks of this size, in bytes. */
const BLOCK = 65536;

/**
 * Cuts a stream of bytes into lines, without their ends (`\n` or `\r\n`). Each
 * byte is searched once, and copied only if its line spans chunks.
 */
export class LineSplitter {
  readonly #end: LineEnd;
  readonly #maxLine: number;
  /** The parts of the current line. */
  #parts: Uint8Array[] = [];
  #size = 0;
  /** The free part of the block that contains the last part. */
  #free = new Uint8Array(0);
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
      this.#check(this.#size + at - start);
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
    this.#size += byteLength;
    this.#check(this.#size);
    if (byteLength >= BLOCK / 2) {
      this.#parts.push(bytes.slice());
      this.#free = new Uint8Array(0);
      return;
    }
    if (byteLength > this.#free.byteLength) this.#free = new Uint8Array(BLOCK);
    const part = this.#free.subarray(0, byteLength);
    part.set(bytes);
    this.#free = this.#free.subarray(byteLength);
    this.#extend(part);
  }

  /** Appends `part`, to the last one if it follows that in memory. */
  #extend(part: Uint8Array): void {
    const last = this.#parts.at(-1);
    const end = last && last.byteOffset + last.byteLength;
    if (last?.buffer === part.buffer && end === part.byteOffset) {
      const size = last.byteLength + part.byteLength;
      part = new Uint8Array(part.buffer, last.byteOffset, size);
      this.#parts.pop();
    }
    this.#parts.push(part);
  }

  /** The line that ends with `last`. */
  #completed(last: Uint8Array): Uint8Array {
    if (this.#size === 0) return last;
    const line = new Uint8Array(this.#size + last.byteLength);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      line.set(part, at);
      at += part.byteLength;
    }
    this.#parts = [];
    this.#size = 0;
    return line;
  }

  #check(size: number): void {
    if (size <= this.#maxLine) return;
    throw new Deno.errors.InvalidData(
      `Cannot take a line of more than ${this.#maxLine} bytes: no line end has come; pass bytes with --raw or --hex`,
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

/** The lines, each with its end. */
export function joinedLines(
  lines: readonly Uint8Array[],
  end: LineEnd = "byte",
): Uint8Array<ArrayBuffer> {
  const mark = LINE_ENDS[end];
  let size = lines.length * mark.length;
  for (const line of lines) size += line.byteLength;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const line of lines) {
    whole.set(line, at);
    whole.set(mark, at + line.byteLength);
    at += line.byteLength + mark.length;
  }
  return whole;
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
