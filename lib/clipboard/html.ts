/**
 * The clipboard's "HTML Format": UTF-8 after a header with byte offsets. Pure
 * functions.
 *
 * @module
 */

const START = "<html><body>\r\n<!--StartFragment-->";
const END = "<!--EndFragment-->\r\n</body></html>";
const DIGITS = 10;

const encoder = new TextEncoder();

/** Converts a fragment of HTML to the clipboard's format. */
export function encodeHtml(fragment: string): Uint8Array<ArrayBuffer> {
  const size = encoder.encode(fragment).byteLength;
  const startHtml = header(0, 0, 0, 0).length;
  const startFragment = startHtml + START.length;
  const endFragment = startFragment + size;
  const endHtml = endFragment + END.length;
  const head = header(startHtml, endHtml, startFragment, endFragment);
  return encoder.encode(`${head}${START}${fragment}${END}\0`);
}

/**
 * Extracts the fragment from the clipboard's bytes: the part between its
 * comments; without them the part that the header names, or everything after
 * the header.
 *
 * Programs that count characters write wrong offsets
 * (devblogs.microsoft.com/oldnewthing/20130118-00/?p=5523). So offsets count
 * only if they agree with the comments, or if there are no comments.
 */
export function decodeHtml(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const whole = nul < 0 ? bytes : bytes.subarray(0, nul);
  const text = decode(whole);
  const head = text.slice(0, headerSize(text));
  const start = offset(head, "StartFragment");
  const end = offset(head, "EndFragment");
  const declared = start !== undefined && end !== undefined && start <= end &&
      end <= whole.byteLength
    ? decode(whole.subarray(start, end))
    : undefined;
  if (declared !== undefined && isMarked(whole, start!, end!)) return declared;
  return marked(text.slice(head.length)) ?? declared ?? text.slice(head.length);
}

const START_MARK = /<!--\s*StartFragment\s*-->/i;
const END_MARK = /<!--\s*EndFragment\s*-->/gi;
/** How far from an offset to search for its comment, in bytes. */
const NEAR = 64;

/**
 * Reads line by line: an expression for the whole header would need a stack of
 * as many lines as another program has written.
 */
function headerSize(text: string): number {
  const line = /[ \t]*[a-z]+[ \t]*:[^\r\n]*(?:\r\n|\r|\n)/iy;
  let size = 0;
  while (line.test(text)) size = line.lastIndex;
  return size;
}

/** Whether the part is enclosed by comments, with only blanks between. */
function isMarked(whole: Uint8Array, start: number, end: number): boolean {
  const before = decode(whole.subarray(Math.max(0, start - NEAR), start));
  const behind = decode(whole.subarray(end, end + NEAR));
  return /<!--\s*StartFragment\s*-->\s*$/i.test(before) &&
    /^\s*<!--\s*EndFragment\s*-->/i.test(behind);
}

/**
 * From the first start to the last end, because the fragment may contain such
 * comments.
 */
function marked(text: string): string | undefined {
  const start = START_MARK.exec(text);
  if (start === null) return undefined;
  const rest = text.slice(start.index + start[0].length);
  let end: number | undefined;
  for (const { index } of rest.matchAll(END_MARK)) end = index;
  return end === undefined ? undefined : rest.slice(0, end);
}

function header(
  startHtml: number,
  endHtml: number,
  startFragment: number,
  endFragment: number,
): string {
  const digits = (value: number) => String(value).padStart(DIGITS, "0");
  return `Version:0.9\r\nStartHTML:${digits(startHtml)}\r\n` +
    `EndHTML:${digits(endHtml)}\r\n` +
    `StartFragment:${digits(startFragment)}\r\n` +
    `EndFragment:${digits(endFragment)}\r\n`;
}

/** A key of the header; case does not matter, and the first one counts. */
function offset(head: string, name: string): number | undefined {
  const line = new RegExp(`^[ \\t]*${name}[ \\t]*:[ \\t]*(\\d+)[ \\t]*$`, "im");
  const digits = line.exec(head)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
