/**
 * stdin as text: UTF-8, or UTF-16 with a byte order mark, as PowerShell's `>`
 * and Notepad write it. Marks are not part of the text. With `--raw` it is
 * bytes, which stay unchanged.
 *
 * @module
 */
import { ByteText } from "./bytes.ts";
import type { GlobalOptions } from "../arguments/global_options.ts";
import { lineGroupsOf, linesOf, withoutLineEnd } from "./lines.ts";

type Chunks = AsyncIterable<Uint8Array>;

/** The lines of `input`, in UTF-8. */
export function inputLines(input: Chunks): Chunks {
  return linesOf(utf8Of(input));
}

/** The lines of {@linkcode inputLines}, as many at once as a chunk completes. */
export function inputLineGroups(input: Chunks): AsyncIterable<Uint8Array[]> {
  return lineGroupsOf(utf8Of(input));
}

/**
 * All of `input` in the format of the options: unless raw, without its last
 * line end.
 */
export async function wholeInput(
  input: Chunks,
  common: GlobalOptions,
): Promise<Uint8Array> {
  const raw = common.format === "raw";
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of raw ? input : utf8Of(input)) {
    chunks.push(new Uint8Array(chunk));
  }
  const all = await new Blob(chunks).bytes();
  return raw ? all : new ByteText(common).ofLine(withoutLineEnd(all));
}

/** The byte order marks, by encoding. */
const BOMS = {
  "utf-8": [0xef, 0xbb, 0xbf],
  "utf-16le": [0xff, 0xfe],
  "utf-16be": [0xfe, 0xff],
} as const;
const MAX_BOM_SIZE = 3;

/** The chunks in UTF-8, without a byte order mark. */
async function* utf8Of(chunks: Chunks): AsyncGenerator<Uint8Array, void, void> {
  let begin: Uint8Array | undefined = new Uint8Array(0);
  let decoder: TextDecoder | undefined;
  const encoder = new TextEncoder();
  const converted = (chunk: Uint8Array, stream: boolean) =>
    decoder ? encoder.encode(decode(decoder, chunk, stream)) : chunk;
  for await (const chunk of chunks) {
    if (begin === undefined) {
      yield converted(chunk, true);
      continue;
    }
    begin = new Uint8Array([...begin, ...chunk.subarray(0, MAX_BOM_SIZE)]);
    const rest = chunk.subarray(MAX_BOM_SIZE);
    if (mayBecomeBom(begin)) continue;
    const encoding = bomOf(begin);
    if (encoding !== undefined && encoding !== "utf-8") {
      decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    }
    const bom = encoding === undefined ? 0 : BOMS[encoding].length;
    const first = converted(begin.subarray(bom), true);
    begin = undefined;
    if (first.byteLength > 0) yield first;
    if (rest.byteLength > 0) yield converted(rest, true);
  }
  if (begin !== undefined && begin.byteLength > 0) yield begin;
  if (decoder !== undefined) yield converted(new Uint8Array(0), false);
}

function bomOf(bytes: Uint8Array): keyof typeof BOMS | undefined {
  const encodings = Object.keys(BOMS) as (keyof typeof BOMS)[];
  return encodings.find((encoding) =>
    BOMS[encoding].every((byte, at) => bytes[at] === byte)
  );
}

/** Whether these are the start of a byte order mark and nothing more. */
function mayBecomeBom(bytes: Uint8Array): boolean {
  return Object.values(BOMS).some((bom) =>
    bytes.byteLength < bom.length &&
    bytes.every((byte, at) => byte === bom[at])
  );
}

function decode(
  decoder: TextDecoder,
  bytes: Uint8Array,
  stream: boolean,
): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    throw new Error(
      `Cannot read stdin: it begins with the byte order mark of ${decoder.encoding} but has other bytes; give --raw for unchanged bytes`,
      { cause },
    );
  }
}
