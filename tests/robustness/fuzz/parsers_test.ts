/** Everything that takes bytes of others apart, each with thousands of cases. */

import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { diagramOf } from "../../../lib/cli/trace/diagram.ts";
import { pageOf } from "../../../lib/cli/trace/page.ts";
import { readTrace } from "../../../lib/cli/trace/read.ts";
import { decodeFiles, encodeFiles } from "../../../lib/clipboard/files.ts";
import { decodeHtml, encodeHtml } from "../../../lib/clipboard/html.ts";
import { fromCodePage } from "../../../lib/dde/code_page.ts";
import { RingBatch } from "../../../lib/ring/mod.ts";
import {
  DATA_OFFSET,
  dimensionsFor,
  dimensionsOf,
  newHeader,
} from "../../../lib/ring/layout.ts";
import { readHead, withHead } from "../../../lib/dde/wire/memory.ts";
import { fromUtf16, toUtf16 } from "../../../lib/win32/utf16.ts";
import { ndr, type TraceRecord } from "../../../mod.ts";
import "../../support/native.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random, SEED } from "./random.ts";

/** No case takes more time of the processor, in ms, whatever it is made of. */
const MAX_CPU_MS = 2000;

interface Parser {
  /** What is right, which is then made wrong. */
  readonly samples: readonly Uint8Array[];
  /** Takes it apart; false where what comes out cannot be. */
  parse(bytes: Uint8Array<ArrayBuffer>, random: Random): boolean;
  /** The errors of ours. */
  readonly errors: readonly (new (message: string) => Error)[];
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const { Deno: { errors: { InvalidData } } } = globalThis;

const CALL = {
  event: "call",
  seq: 1,
  pid: 4,
  thread: "main",
  at: "2026-01-31T12:00:00.123456Z",
  start: 1.5,
  micros: 3,
  dll: "kernel32.dll",
  name: "WriteFile",
  args: {
    lpText: { text: "</script><script>" },
    hFile: "0x4",
    lpBuffer: { bytes: 3 },
    lpName: { text: "x" },
  },
  result: 1,
  failed: false,
  lastError: { code: 0, symbol: "ERROR_SUCCESS" },
  action: "write",
  object: "\\\\.\\pipe\\x",
  mechanism: "pipe",
  moved: 3,
  completed: [{ overlapped: "0x8", bytes: 3, of: 1, action: "read" }],
};

type Tree = { readonly name: string; readonly next: Tree | null };
const TREE: ndr.NdrType<Tree> = ndr.struct({
  name: ndr.unique(ndr.wideString),
  next: ndr.unique(ndr.lazy(() => TREE)),
}) as never;
const NDR_TYPES = [
  ndr.u16,
  ndr.wideString,
  ndr.bytes,
  ndr.conformant(ndr.struct({ id: ndr.guid, at: ndr.u64 })),
  ndr.varying(ndr.u32, 8),
  ndr.unique(ndr.conformantVarying(ndr.enum16)),
  ndr.unique(TREE),
  ndr.charString(),
  ndr.bool,
] as const;
const NDR_SAMPLE = ndr.encode(NDR_TYPES, [
  7,
  "wide",
  new Uint8Array(5),
  [{
    id: { data1: 1, data2: 2, data3: 3, data4: [1, 2, 3, 4, 5, 6, 7, 8] },
    at: 1n,
  }],
  [1, 2, 3],
  { capacity: 4, values: [1, 2] },
  { name: "a", next: { name: "b", next: null } } as never,
  "char",
  true,
]);

const RING_SIZE = 4096;

const PARSERS = {
  "HTML clipboard": {
    samples: [encodeHtml("<b>é 😀</b>"), utf8("StartFragment:5\r\n<p>")],
    parse: (bytes) => decodeHtml(bytes).length <= bytes.byteLength,
    errors: [],
  },
  DROPFILES: {
    samples: [encodeFiles(["C:\\a", "C:\\é"]), encodeFiles(["x"]).fill(0, 16)],
    parse: (bytes) =>
      decodeFiles(bytes).join("").length <= 2 * bytes.byteLength,
    errors: [],
  },
  "ring header": {
    samples: [header(), header().fill(0, 0, 8)],
    parse(bytes) {
      if (bytes.byteLength < DATA_OFFSET) return true;
      const mapped = DATA_OFFSET + RING_SIZE;
      const found = dimensionsOf(bytes.subarray(0, DATA_OFFSET), mapped, "x");
      return found === undefined ||
        found.size <= RING_SIZE && found.capacity <= found.size - 8;
    },
    errors: [InvalidData],
  },
  "ring records": {
    samples: [records([3, 0, 40, 8]), records([1000])],
    parse(bytes, random) {
      const batch = new RingBatch(bytes, 1000);
      let seen = 0;
      for (const message of batch) {
        seen += message.byteLength;
        // Lent messages can be changed while they are read.
        if (random.chance(0.2) && bytes.byteLength >= 8) {
          const at = random.below(bytes.byteLength / 4 - 1) * 4;
          new DataView(bytes.buffer).setUint32(at, random.u32(), true);
        }
      }
      return seen <= bytes.byteLength;
    },
    errors: [InvalidData],
  },
  NDR: {
    samples: [NDR_SAMPLE],
    parse(bytes) {
      ndr.decode(NDR_TYPES, bytes);
      return true;
    },
    errors: [ndr.NdrError],
  },
  "DDE data": {
    samples: [withHead(1, 13, toUtf16("text")), withHead(1, 1, utf8("text\0"))],
    parse(bytes) {
      const head = readHead(bytes);
      if (head === undefined) return bytes.byteLength < 4;
      const ansi = fromCodePage(head.bytes, 0);
      return fromUtf16(head.bytes).length <= bytes.byteLength &&
        ansi.length <= bytes.byteLength;
    },
    errors: [],
  },
  "trace files": {
    samples: [utf8(`${JSON.stringify(CALL)}\n`.repeat(2))],
    parse(bytes) {
      const text = new TextDecoder().decode(bytes);
      const { records, bad } = readTrace("x", text);
      if (records.length + bad.length > text.split("\n").length) return false;
      // Nothing of a trace becomes a script of the page.
      return records.length === 0 || scripts(records) === SCRIPTS;
    },
    errors: [],
  },
} satisfies Partial<Record<keyof typeof CASES, Parser>>;

function scripts(records: readonly TraceRecord[]): number {
  const page = pageOf(diagramOf(records), { files: ["x"], left: 0 });
  return page.split("</script").length;
}

const SCRIPTS = scripts([CALL as TraceRecord]);

/** Long and repetitive, as it takes careless patterns ages. */
const LONG: Readonly<Record<string, string[]>> = {
  "HTML clipboard": [
    "<!--StartFragment-->".repeat(50_000),
    "<!--".repeat(250_000),
    `<!--${" ".repeat(1_000_000)}`,
    "StartFragment:".repeat(70_000),
    `StartFragment:${"1".repeat(1_000_000)}`,
    "a:\n".repeat(300_000),
  ],
  "trace files": [
    "{".repeat(1_000_000),
    "[".repeat(1_000_000),
    "\n".repeat(1_000_000),
  ],
  DROPFILES: ["\0".repeat(1_000_000), "ab".repeat(500_000)],
};

const all: [string, Parser][] = Object.entries(PARSERS);
for (const [what, { samples, parse, errors }] of all) {
  const cases = CASES[what as keyof typeof PARSERS];
  Deno.test(`${what}: ${cases} hostile cases end well`, () => {
    logSeed(`${cases} of ${what}`);
    const random = new Random(what);
    let tried = 0;
    for (let i = 0; i < cases; i++) {
      const bytes = random.chance(0.9)
        ? random.mutated(random.pick(samples))
        : random.bytes(random.below(600));
      attempt(() => parse(bytes, random), errors, i);
      tried++;
    }
    reportCases(what as keyof typeof PARSERS, tried);
  });
  if (LONG[what] === undefined) continue;
  Deno.test(`${what}: long and repetitive ones end soon`, () => {
    for (const text of LONG[what]!) {
      const random = new Random(what);
      const before = process.cpuUsage();
      attempt(() => parse(utf8(text), random), errors, 0);
      // On a busy machine half a second of work takes several.
      const { user, system } = process.cpuUsage(before);
      const taken = (user + system) / 1000;
      assert(taken < MAX_CPU_MS, `${taken} ms: ${text.slice(0, 30)}…`);
    }
  });
}

function attempt(
  work: () => boolean,
  errors: readonly (new (message: string) => Error)[],
  number: number,
): void {
  try {
    assertEquals(work(), true, `case ${number} of seed ${SEED}`);
  } catch (error) {
    if (errors.some((type) => error instanceof type)) return;
    throw new Error(`Case ${number} of seed ${SEED}`, { cause: error });
  }
}

function header(): Uint8Array<ArrayBuffer> {
  const { header, magic } = newHeader(dimensionsFor(RING_SIZE - 8));
  header.set(magic);
  return header;
}

function records(lengths: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1024);
  let at = 0;
  for (const length of lengths) {
    new DataView(bytes.buffer).setUint32(at, length, true);
    at += 8 + ((length + 7) & ~7);
  }
  return bytes;
}
