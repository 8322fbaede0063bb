/**
 * Lays out functions of generated code as bytes. Pure functions.
 *
 * Each line of a function is an instruction in assembler text (GNU `as`, Intel
 * syntax), and its bytes. A test assembles the lines and compares:
 * tests/rpc/generated_code_test.ts.
 *
 * @module
 */

/** A reference that only the layout can resolve. */
interface Reference {
  readonly kind: "value" | "jump" | "far jump";
  readonly name: string;
}

/** An instruction, an assembler directive or a `label:`, and its bytes. */
export type Line = readonly [text: string, ...bytes: (number | Reference)[]];

/** The 4 bytes that reach a value from the next instruction. */
export function value(name: string): Reference {
  return { kind: "value", name };
}

/** The last byte of a jump of 2 bytes to a label of the same function. */
export function jump(label: string): Reference {
  return { kind: "jump", name: label };
}

/** The last 4 bytes of a jump to a label of the same function. */
export function farJump(label: string): Reference {
  return { kind: "far jump", name: label };
}

/** A function. */
export interface GeneratedFunction {
  readonly name: string;
  readonly lines: readonly Line[];
  /** The `UNWIND_INFO` of x64, with which Windows undoes the prolog. */
  readonly unwind: readonly number[];
}

/** Functions and values in position-independent form. */
export interface Image {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each function begins. */
  readonly entries: readonly number[];
  /** Where each function ends. */
  readonly ends: readonly number[];
  /** Where the table of `RUNTIME_FUNCTION` begins. */
  readonly table: number;
}

/** `RUNTIME_FUNCTION`: begin, end and unwind information of a function. */
const RUNTIME_FUNCTION_SIZE = 12;
const VALUE_SIZE = 8;
const ALIGNMENT = 16;

/**
 * Lays out `functions`, then `values`, then the unwind data.
 *
 * @throws {TypeError} for a value or label that does not exist, or a label out
 * of reach
 */
export function assemble(
  functions: readonly GeneratedFunction[],
  values: Readonly<Record<string, bigint>>,
): Image {
  const entries: number[] = [];
  const ends: number[] = [];
  let end = 0;
  for (const { lines } of functions) {
    entries.push(end);
    ends.push(end + sizeOf(lines));
    end = aligned(ends.at(-1)!);
  }
  const valuesAt = end;
  const valueAt = new Map(
    Object.keys(values).map((name, i) => [name, valuesAt + VALUE_SIZE * i]),
  );
  end = aligned(valuesAt + VALUE_SIZE * valueAt.size);
  const unwindAt = functions.map(({ unwind }) => {
    const at = end;
    end = aligned(at + unwind.length);
    return at;
  });
  const table = end;
  const bytes = new Uint8Array(
    table + RUNTIME_FUNCTION_SIZE * functions.length,
  );
  const view = new DataView(bytes.buffer);
  functions.forEach(({ lines, unwind }, i) => {
    write(view, entries[i]!, lines, valueAt);
    bytes.set(unwind, unwindAt[i]!);
    [entries[i]!, ends[i]!, unwindAt[i]!].forEach((address, column) =>
      view.setUint32(
        table + RUNTIME_FUNCTION_SIZE * i + 4 * column,
        address,
        true,
      )
    );
  });
  for (const [name, at] of valueAt) view.setBigUint64(at, values[name]!, true);
  return { bytes, entries, ends, table };
}

function write(
  view: DataView,
  begin: number,
  lines: readonly Line[],
  valueAt: ReadonlyMap<string, number>,
): void {
  const labels = labelsOf(begin, lines);
  let at = begin;
  for (const [, ...items] of lines) {
    for (const item of items) {
      const next = at + sizeOfItem(item);
      if (typeof item === "number") view.setUint8(at, item);
      else if (item.kind === "jump") {
        view.setInt8(at, near(placeOf(labels, item, next), item));
      } else {
        const places = item.kind === "value" ? valueAt : labels;
        view.setInt32(at, placeOf(places, item, next), true);
      }
      at = next;
    }
  }
}

function labelsOf(begin: number, lines: readonly Line[]): Map<string, number> {
  const labels = new Map<string, number>();
  let at = begin;
  for (const line of lines) {
    if (line[0].endsWith(":")) labels.set(line[0].slice(0, -1), at);
    at += sizeOf([line]);
  }
  return labels;
}

function placeOf(
  places: ReadonlyMap<string, number>,
  { kind, name }: Reference,
  from: number,
): number {
  const place = places.get(name);
  if (place !== undefined) return place - from;
  throw new TypeError(`No ${kind === "value" ? "value" : "label"} "${name}"`);
}

function near(distance: number, { name }: Reference): number {
  if (distance >= -128 && distance <= 127) return distance;
  throw new TypeError(`The label "${name}" is ${distance} bytes away`);
}

function sizeOf(lines: readonly Line[]): number {
  return lines.flatMap(([, ...items]) => items)
    .reduce<number>((sum, item) => sum + sizeOfItem(item), 0);
}

function sizeOfItem(item: number | Reference): number {
  return typeof item === "number" || item.kind === "jump" ? 1 : 4;
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
