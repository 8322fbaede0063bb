/**
 * The clipboard's "HTML Format": UTF-8, behind a header that counts its bytes.
 * Pure.
 *
 * @module
 */

const START = "<html><body>\r\n<!--StartFragment-->";
const END = "<!--EndFragment-->\r\n</body></html>";
const DIGITS = 10;

const encoder = new TextEncoder();

/** A fragment of HTML as the clipboard carries it. */
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
 * The fragment that the clipboard's bytes carry: what the header says, or where
 * it is wrong, what stands between the marks, or all behind the header.
 */
export function decodeHtml(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const whole = nul < 0 ? bytes : bytes.subarray(0, nul);
  const text = decode(whole);
  const [start, end] = ["StartFragment", "EndFragment"].map((name) =>
    offset(text, name)
  );
  if (
    start !== undefined && end !== undefined && start <= end &&
    end <= whole.byteLength
  ) {
    return decode(whole.subarray(start, end));
  }
  return marked(text) ?? text.replace(/^(?:[A-Za-z]+:[^\r\n]*\r?\n)+/, "");
}

/** Two searches: one pattern for both marks would begin anew at each of many first ones. */
function marked(text: string): string | undefined {
  const start = /<!--\s*StartFragment\s*-->/i.exec(text);
  if (start === null) return undefined;
  const rest = text.slice(start.index + start[0].length);
  const end = rest.search(/<!--\s*EndFragment\s*-->/i);
  return end < 0 ? undefined : rest.slice(0, end);
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

function offset(text: string, name: string): number | undefined {
  const [, digits] = new RegExp(`^${name}:(\\d+)\\s*$`, "m").exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
