/** What the end of a line is in bytes. */
export type LineEnd = "byte" | "utf-16le" | "utf-16be";

/** How lines end in an encoding. */
export function lineEndOf(encoding: string): LineEnd {
  return encoding === "utf-16le" || encoding === "utf-16be" ? encoding : "byte";
}

/** Cuts a stream of bytes into lines, without their ends (`\n` or `\r\n`). */
export class LineSplitter {
  readonly #end: LineEnd;
  #rest: Uint8Array = new Uint8Array(0);

  /** Lines end as `end` says. */
  constructor(end: LineEnd = "byte") {
    this.#end = end;
  }

  /** The lines that `chunk` completes. */
  push(chunk: Uint8Array): Uint8Array[] {
    const from = this.#end === "byte"
      ? this.#rest.byteLength
      : this.#rest.byteLength - this.#rest.byteLength % 2;
    const bytes = joined(this.#rest, chunk);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const at = this.#find(bytes, Math.max(start, from));
      if (at < 0) break;
      lines.push(this.#withoutReturn(bytes.subarray(start, at)));
      start = at + this.#width;
    }
    this.#rest = bytes.slice(start);
    return lines;
  }

  /** What is left behind the last end of a line. */
  end(): Uint8Array[] {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    return rest.byteLength === 0 ? [] : [rest];
  }

  get #width(): number {
    return this.#end === "byte" ? 1 : 2;
  }

  #find(bytes: Uint8Array, from: number): number {
    if (this.#end === "byte") return bytes.indexOf(10, from);
    for (let at = from; at + 1 < bytes.byteLength; at += 2) {
      if (this.#unit(bytes, at) === 10) return at;
    }
    return -1;
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

/** The lines of a stream, without their ends and without a UTF-8 mark at its begin. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const splitter = new LineSplitter();
  let first = true;
  const unmarked = (line: Uint8Array) => {
    const mark = first && line[0] === 0xef && line[1] === 0xbb &&
      line[2] === 0xbf;
    first = false;
    return mark ? line.subarray(3) : line;
  };
  for await (const chunk of chunks) {
    for (const line of splitter.push(chunk)) yield unmarked(line);
  }
  for (const line of splitter.end()) yield unmarked(line);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.byteLength === 0) return b;
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
