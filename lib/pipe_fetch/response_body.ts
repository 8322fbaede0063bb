/**
 * The body of a response: RFC 9112, sections 6 and 7.
 *
 * @module
 */

import { type BodyFraming, type Lines, readFields } from "./response_head.ts";

/** The source of a body's bytes; null at the end of the stream. */
export interface Bytes extends Lines {
  take(limit: number): Promise<Uint8Array<ArrayBuffer> | null>;
}

/**
 * The next bytes of a body, or null at its end.
 *
 * @throws {Deno.errors.UnexpectedEof} if the stream ends before the body
 * @throws {Deno.errors.InvalidData} for malformed chunks
 */
export type BodyReader = () => Promise<Uint8Array<ArrayBuffer> | null>;

const CHUNK_SIZE = 65_536;
const MAX_CHUNK_LINE = 4096;
const CHUNK_LINE = /^([0-9a-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** Reads a body with this framing. */
export function bodyReader(source: Bytes, framing: BodyFraming): BodyReader {
  if (framing === "until close") return () => source.take(CHUNK_SIZE);
  return framing === "chunked" ? chunked(source) : ofLength(source, framing);
}

function ofLength(source: Bytes, length: number): BodyReader {
  let left = length;
  return async () => {
    if (left === 0) return null;
    const bytes = await source.take(Math.min(left, CHUNK_SIZE));
    if (bytes === null) throw cutOff(`${left} bytes of its body are missing`);
    left -= bytes.byteLength;
    return bytes;
  };
}

function chunked(source: Bytes): BodyReader {
  let left = 0;
  let lineEndDue = false;
  let over = false;
  return async () => {
    if (over) return null;
    if (lineEndDue) {
      if (await line(source, 2) !== "") throw invalidChunk();
      lineEndDue = false;
    }
    if (left === 0) {
      const matched = CHUNK_LINE.exec(await line(source, MAX_CHUNK_LINE));
      if (matched === null) throw invalidChunk();
      left = parseInt(matched[1]!, 16);
    }
    if (left === 0) {
      const trailers = await readFields(source);
      if (trailers === null) throw cutOff("its last chunk is not whole");
      over = true;
      return null;
    }
    const bytes = await source.take(Math.min(left, CHUNK_SIZE));
    if (bytes === null) throw cutOff("a chunk is not whole");
    left -= bytes.byteLength;
    lineEndDue = left === 0;
    return bytes;
  };
}

async function line(source: Bytes, limit: number): Promise<string> {
  const line = await source.line(limit);
  if (line === null) throw cutOff("its last chunk is missing");
  return line;
}

function invalidChunk(): Error {
  return new Deno.errors.InvalidData("a chunk of its body is malformed");
}

function cutOff(fact: string): Error {
  return new Deno.errors.UnexpectedEof(
    `the server closed the connection, and ${fact}`,
  );
}
