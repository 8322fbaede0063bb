/**
 * Sends a request: RFC 9112, sections 3 and 6.
 *
 * @module
 */

import { concat } from "../io/concat.ts";
import { counted, quote } from "../io/format.ts";
import type { HttpConnection } from "./connection.ts";
import type { BodyStream, RequestBody } from "./request_body.ts";

/** A request that is ready to be sent. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: RequestBody;
}

/** RFC 9110, section 9.2.2: the methods that have the same effect when repeated. */
const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];
/** RFC 9110, section 8.6: the methods that announce an empty body. */
const WITH_CONTENT = ["POST", "PUT", "PATCH"];
const WRITE_SIZE = 65_536;

/** Whether `request` may be repeated if its first attempt got no answer. */
export function isRepeatable({ method, body }: OutgoingRequest): boolean {
  return IDEMPOTENT.includes(method) &&
    (body === null || body instanceof Uint8Array);
}

/**
 * Sends `request`, and calls `beginsLast` before its last write. Resolves to
 * false if the server closes before it has all of it.
 *
 * @throws {TypeError} for a body whose size is not its `Content-Length`
 * @throws the error of the body's stream
 */
export async function send(
  connection: HttpConnection,
  request: OutgoingRequest,
  beginsLast: () => void,
): Promise<boolean> {
  const { body } = request;
  const head = headOf(request);
  if (body === null) {
    beginsLast();
    return await connection.write(head);
  }
  if (body instanceof Uint8Array) {
    // One write if both are small: the server then gets it in one read.
    const first = body.subarray(0, Math.max(0, WRITE_SIZE - head.byteLength));
    if (first.byteLength === body.byteLength) beginsLast();
    const rest = body.subarray(first.byteLength);
    return await connection.write(concat([head, first])) &&
      await writeAll(connection, rest, beginsLast);
  }
  const length = request.headers.get("content-length");
  return await connection.write(head) &&
    await (length === null
      ? sendChunks(connection, body, beginsLast)
      : sendLength(connection, body, Number(length), beginsLast));
}

/** Checks the headers of `request` that frame its body. */
export function checkFraming({ headers, body }: OutgoingRequest): void {
  const length = headers.get("content-length");
  if (length === null) return;
  const size = body === null
    ? 0
    : body instanceof Uint8Array
    ? body.byteLength
    : undefined;
  const right = /^\d{1,15}$/.test(length) &&
    (size === undefined || Number(length) === size);
  if (right) return;
  throw new TypeError(
    `Invalid header Content-Length ${quote(length)}: ` +
      (size === undefined
        ? "expected a number"
        : `the body has ${counted(size, "byte")}`),
  );
}

function headOf({ method, url, headers, body }: OutgoingRequest): Uint8Array {
  const { host, pathname, search } = new URL(url);
  const fields = new Map(headers);
  // The caller must not decide how the body is framed.
  fields.delete("transfer-encoding");
  if (body instanceof Uint8Array) {
    fields.set("content-length", String(body.byteLength));
  } else if (body !== null) {
    if (!fields.has("content-length")) {
      fields.set("transfer-encoding", "chunked");
    }
  } else if (WITH_CONTENT.includes(method)) fields.set("content-length", "0");
  const named = fields.get("host") ?? host;
  fields.delete("host");
  let head = `${method} ${pathname}${search} HTTP/1.1\r\nHost: ${named}\r\n`;
  for (const [name, value] of fields) head += `${name}: ${value}\r\n`;
  // Values have one byte for each character, as `Headers` checks.
  return Uint8Array.from(`${head}\r\n`, (char) => char.charCodeAt(0));
}

async function sendChunks(
  connection: HttpConnection,
  body: BodyStream,
  beginsLast: () => void,
): Promise<boolean> {
  for (;;) {
    const piece = await body.next();
    if (piece === null) {
      beginsLast();
      return await connection.write(ascii("0\r\n\r\n"));
    }
    for (let at = 0; at < piece.byteLength; at += WRITE_SIZE) {
      const part = piece.subarray(at, at + WRITE_SIZE);
      const size = ascii(`${part.byteLength.toString(16)}\r\n`);
      const chunk = concat([size, part, ascii("\r\n")]);
      if (!await connection.write(chunk)) return false;
    }
  }
}

async function sendLength(
  connection: HttpConnection,
  body: BodyStream,
  length: number,
  beginsLast: () => void,
): Promise<boolean> {
  let left = length;
  if (left === 0) beginsLast();
  for (;;) {
    const piece = await body.next();
    if (piece === null && left === 0) return true;
    left -= piece?.byteLength ?? 0;
    if (left < 0 || piece === null) {
      throw new TypeError(
        `Invalid body: its Content-Length is ${length}, and its stream gave ` +
          (left < 0 ? "more" : counted(length - left, "byte")),
      );
    }
    const last = left === 0 ? beginsLast : undefined;
    if (!await writeAll(connection, piece, last)) return false;
  }
}

/** Empty chunks are not written: on a message pipe they would mean the end. */
async function writeAll(
  connection: HttpConnection,
  bytes: Uint8Array,
  beginsLast?: () => void,
): Promise<boolean> {
  for (let at = 0; at < bytes.byteLength; at += WRITE_SIZE) {
    const part = bytes.subarray(at, at + WRITE_SIZE);
    if (at + WRITE_SIZE >= bytes.byteLength) beginsLast?.();
    if (!await connection.write(part)) return false;
  }
  return true;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
