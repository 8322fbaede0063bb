/** The bytes that are printed, whatever way they took and however they came. */

import { assertEquals, fail } from "@std/assert";
import type { Environment, Output } from "../../lib/cli/environment.ts";
import type { GlobalOptions } from "../../lib/cli/arguments/global_options.ts";
import { Pieces } from "../../lib/cli/text/incoming.ts";
import { Printer } from "../../lib/cli/text/printer.ts";
import { textCodec } from "../../lib/cli/text/text_codec.ts";

const COMMON: GlobalOptions = {
  format: "text",
  encoding: "utf-8",
  json: false,
  count: Infinity,
  timeout: undefined,
  quiet: false,
};
const WHO = { client: 7, pid: undefined, address: 'a"b' };
const CONTROLS = String.fromCharCode(...Array(32).keys()).replace("\n", "");
const LONG = "é😀".repeat(30_000);

const bytes = (text: string) => new TextEncoder().encode(text);

/** Every line that is awkward in some way, with what stands for it in JSON. */
const LINES: readonly (readonly [Uint8Array, string])[] = [
  ["plain", "plain"],
  ["", ""],
  [`${CONTROLS}x`, `${CONTROLS}x`],
  ['\\"/\x7f\u2028', '\\"/\x7f\u2028'],
  ["ünï 中文 😀", "ünï 中文 😀"],
  ["\ufeffmark", "\ufeffmark"],
  ["in\0side", "in\0side"],
  ["end\0\0", "end"],
  ["\0", ""],
  [LONG, LONG],
  [`${LONG}"`, `${LONG}"`],
  [`${LONG}\0`, LONG],
].map(([line, text]) => [bytes(line!), text!]);

function environment(chunks: Uint8Array[], logged: string[]): Environment {
  return {
    stdin: ReadableStream.from([]),
    childStdin: ReadableStream.from([]),
    interactive: false,
    terminal: false,
    out(data) {
      const all = typeof data === "string" ? bytes(data) : data;
      for (const part of all instanceof Uint8Array ? [all] : all) {
        chunks.push(part.slice());
      }
      return Promise.resolve();
    },
    log: (line) => void logged.push(line),
    signal: new AbortController().signal,
  };
}

/** Prints what comes in chunks of `size`, and returns what was printed and said. */
async function printed(
  input: Uint8Array,
  size: number,
  common: GlobalOptions,
): Promise<{ text: string; logged: string[] }> {
  const chunks: Uint8Array[] = [];
  const logged: string[] = [];
  const printer = new Printer(environment(chunks, logged), common);
  const pieces = new Pieces("byte", common);
  for (let at = 0; at < input.byteLength; at += size) {
    // As in a command, a chunk is valid until the next one.
    const chunk = input.slice(at, at + size);
    const lines = pieces.push(chunk);
    await printer.messages(lines, WHO);
    chunk.fill(0x2e);
  }
  await printer.messages(pieces.end(), WHO);
  const all = await new Blob(chunks as BlobPart[]).bytes();
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(all);
  return { text, logged };
}

/** What `JSON.stringify()` makes of a message. */
function jsonLine(text: string, size: number): string {
  const { client, address } = WHO;
  const event = { event: "message", text, bytes: size, client, address };
  return JSON.stringify({ ...event, at: "now" }) + "\n";
}

const withoutTimes = (text: string) =>
  text.replace(/"at":"\d{4}-[^"]*Z"\}\n/g, '"at":"now"}\n');

const SIZES = [1, 2, 3, 7, 4096, 65536, 1 << 20];

for (const lineEnd of ["\n", "\r\n"]) {
  const name = JSON.stringify(lineEnd);
  const input = bytes(
    LINES.map(([line]) =>
      new TextDecoder("utf-8", { ignoreBOM: true })
        .decode(line) + lineEnd
    ).join(""),
  );

  Deno.test(`text is printed without the NULs at its end, in any chunks, with ${name}`, async () => {
    const expected = LINES.map(([, text]) => `${text}\n`).join("");
    for (const size of SIZES) {
      const { text, logged } = await printed(input, size, COMMON);
      assertEquals([text === expected, logged], [true, []], `in ${size}`);
    }
  });

  Deno.test(`--json is what JSON.stringify() gives, in any chunks, with ${name}`, async () => {
    const json = { ...COMMON, json: true };
    const expected = LINES
      .map(([line, text]) => jsonLine(text, line.byteLength)).join("");
    for (const size of SIZES) {
      const { text, logged } = await printed(input, size, json);
      const same = withoutTimes(text) === expected;
      assertEquals([same, logged], [true, []], `in ${size}`);
    }
  });
}

Deno.test("a last line without its end is printed, in text and --json", async () => {
  for (const size of SIZES) {
    const input = bytes("one\nlast");
    assertEquals((await printed(input, size, COMMON)).text, "one\nlast\n");
    const { text } = await printed(input, size, { ...COMMON, json: true });
    const expected = jsonLine("one", 3) + jsonLine("last", 4);
    assertEquals(withoutTimes(text), expected);
  }
});

Deno.test("broken UTF-8 is printed as U+FFFD beside lines that are whole", async () => {
  const input = Uint8Array.from([
    ...bytes("good\nbad "),
    0xff,
    ...bytes("\ncut "),
    ...bytes("中").slice(0, 2),
    ...bytes("\ngood\n"),
  ]);
  const lines = ["good", "bad \ufffd", "cut \ufffd", "good"];
  for (const size of SIZES) {
    const plain = await printed(input, size, COMMON);
    assertEquals(plain.text, lines.join("\n") + "\n");
    assertEquals(plain.logged.length, 1);
    const json = await printed(input, size, { ...COMMON, json: true });
    const sizes = [4, 5, 6, 4];
    assertEquals(
      withoutTimes(json.text),
      lines.map((line, i) => jsonLine(line, sizes[i]!)).join(""),
    );
    assertEquals(json.logged.length, 1);
  }
});

for (const encoding of ["utf-16le", "utf-16be"] as const) {
  Deno.test(`a lone half of a pair in ${encoding} is printed as U+FFFD`, async () => {
    const line = "a\ud800b\udc00 😀 \u0a0a\0";
    const input = textCodec(encoding).encode(`${line}\r\n\ufeffnext\n`);
    const shown = "a\ufffdb\ufffd 😀 \u0a0a";
    for (const size of [1, 2, 3, 1000]) {
      const plain = await printed(input, size, { ...COMMON, encoding });
      assertEquals(plain.text, `${shown}\n\ufeffnext\n`);
      assertEquals(plain.logged.length, 1);
      const common = { ...COMMON, encoding, json: true };
      const { text } = await printed(input, size, common);
      const expected = jsonLine(shown, 2 * line.length) +
        jsonLine("\ufeffnext", 10);
      assertEquals(withoutTimes(text), expected);
    }
  });
}

Deno.test("lines of JSON that are printed at once have memory of their own", async () => {
  const printing: { data: Output; done: () => void }[] = [];
  const printer = new Printer({
    stdin: ReadableStream.from([]),
    childStdin: ReadableStream.from([]),
    interactive: false,
    terminal: false,
    out(data) {
      const { promise, resolve } = Promise.withResolvers<void>();
      printing.push({ data, done: resolve });
      return promise;
    },
    log: fail,
    signal: new AbortController().signal,
  }, { ...COMMON, json: true });
  const text = (data: Output) =>
    new TextDecoder().decode((data as Uint8Array[])[0]);

  const first = printer.messages([bytes("first")], WHO);
  const second = printer.messages([bytes("second")], WHO);
  for (const [i, line] of ["first", "second"].entries()) {
    const { data, done } = printing[i]!;
    assertEquals(withoutTimes(text(data)), jsonLine(line, line.length));
    done();
  }
  await Promise.all([first, second]);
  const third = printer.messages([bytes("3")], WHO);
  const { data, done } = printing[2]!;
  assertEquals(withoutTimes(text(data)), jsonLine("3", 1));
  const memory = ({ data }: { data: Output }) =>
    (data as Uint8Array[])[0]!.buffer;
  assertEquals(
    printing.slice(0, 2).map(memory).includes(memory({ data })),
    true,
  );
  done();
  await third;
});

Deno.test("a list is a table or events, up to --count", async () => {
  const items = [{ id: 7, name: "a\nb" }, { id: 12, name: "" }];
  const list = async (common: GlobalOptions, head?: string[]) => {
    const chunks: Uint8Array[] = [];
    await new Printer(environment(chunks, []), common).list(
      "item",
      items,
      ({ id, name }) => [`${id}`, name],
      head,
    );
    return chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
  };
  const table = await list(COMMON, ["ID", "NAME"]);
  assertEquals(table, "ID  NAME\n7   a\ufffdb\n12\n");
  assertEquals(await list({ ...COMMON, count: 1 }), "7  a\ufffdb\n");
  const [line, ...others] = (await list({ ...COMMON, json: true, count: 1 }))
    .trimEnd().split("\n");
  const { at, ...fields } = JSON.parse(line!);
  assertEquals([fields, typeof at, others], [
    { event: "item", ...items[0] },
    "string",
    [],
  ]);
});
