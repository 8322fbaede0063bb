/**
 * The head of a response: RFC 9112, sections 4 to 6. Strict: it refuses
 * anything that two readers could understand differently.
 *
 * @module
 */

/** The source of lines without their ends; null at the end of the stream. */
export interface Lines {
  line(limit: number): Promise<string | null>;
}

/**
 * How a body ends: after this many bytes, with its last chunk, or with the
 * connection.
 */
export type BodyFraming = number | "chunked" | "until close";

/** The head of a response. */
export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly framing: BodyFraming;
  /** Whether the server keeps the connection open for another request. */
  readonly keepAlive: boolean;
}

/**
 * The maximum size of a head, including interim ones before it, or of a trailer
 * section, in bytes.
 */
export const MAX_HEAD = 65_536;

const STATUS_LINE =
  /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
// Blanks around the value are cut off later: three quantifiers that match them
// could take n³ steps for n blanks.
const FIELD = /^([!#$%&'*+.^_`|~0-9a-z-]+):(.*)$/i;
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
const SHOWN = 60;

/**
 * Reads the head of the final response to a request of `method`. Returns null
 * if the stream ends before the head is complete.
 *
 * @throws {Deno.errors.InvalidData} for an invalid or ambiguous response
 */
export async function readHead(
  lines: Lines,
  method: string,
): Promise<ResponseHead | null> {
  const budget = { left: MAX_HEAD };
  for (;;) {
    const first = await nextLine(lines, budget);
    if (first === null) return null;
    const matched = STATUS_LINE.exec(first);
    if (matched === null) throw invalid(`"${cut(first)}" is not a status line`);
    const headers = await readFields(lines, budget);
    if (headers === null) return null;
    const status = Number(matched[2]);
    if (status === 101) {
      throw invalid(
        "the server switches to another protocol; use node:http or connectPipe()",
      );
    }
    if (status >= 600) throw invalid(`its status is ${status}`);
    // Interim responses, such as "100 Continue", come before the final one.
    if (status < 200) continue;
    const minor = matched[1]!;
    return {
      status,
      statusText: matched[3] ?? "",
      headers,
      framing: framingOf(status, method, minor, headers),
      keepAlive: minor === "1" &&
        !tokens(headers, "connection").includes("close"),
    };
  }
}

/**
 * Reads fields up to the empty line that ends them. Returns null if the stream
 * ends first.
 */
export async function readFields(
  lines: Lines,
  budget: { left: number } = { left: MAX_HEAD },
): Promise<Headers | null> {
  const headers = new Headers();
  for (;;) {
    const line = await nextLine(lines, budget);
    if (line === null) return null;
    if (line === "") return headers;
    const matched = FIELD.exec(line);
    // A line that begins with a blank would continue the one before: section
    // 5.2 lets a client refuse it.
    if (matched === null || CONTROL.test(matched[2]!)) {
      throw invalid(`"${cut(line)}" is not a header field`);
    }
    headers.append(matched[1]!, trimmed(matched[2]!));
  }
}

/** RFC 9112, section 5: spaces and tabs around a value are not part of it. */
function trimmed(value: string): string {
  const isBlank = (at: number) => value[at] === " " || value[at] === "\t";
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(start)) start++;
  while (start < end && isBlank(end - 1)) end--;
  return value.slice(start, end);
}

/** RFC 9112, section 6.3. */
function framingOf(
  status: number,
  method: string,
  minor: string,
  headers: Headers,
): BodyFraming {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== null) {
    if (length !== null) {
      throw invalid("it has both a Content-Length and a Transfer-Encoding");
    }
    if (minor === "0" || coding.toLowerCase() !== "chunked") {
      throw invalid(`its Transfer-Encoding is "${cut(coding)}"`);
    }
  }
  // Two lengths in one value, with a comma between them.
  if (length !== null && !/^\d{1,15}$/.test(length)) {
    throw invalid(`its Content-Length is "${cut(length)}"`);
  }
  if (method === "HEAD" || status === 204 || status === 304) return 0;
  if (coding !== null) return "chunked";
  return length === null ? "until close" : Number(length);
}

async function nextLine(
  lines: Lines,
  budget: { left: number },
): Promise<string | null> {
  const line = await lines.line(budget.left);
  if (line !== null) budget.left -= line.length + 2;
  return line;
}

function tokens(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? "").toLowerCase().split(",")
    .map((token) => token.trim());
}

/** The printable part of `text`, which may be anything. */
function cut(text: string): string {
  const shown = text.slice(0, SHOWN).replaceAll(/[^\x20-\x7e]/g, "?");
  return text.length > SHOWN ? `${shown}…` : shown;
}

function invalid(fact: string): Error {
  return new Deno.errors.InvalidData(fact);
}
