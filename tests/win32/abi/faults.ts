/**
 * Where a binding or a layout differs from Windows' own. Pure.
 *
 * @module
 */

import type { BoundFunction, BoundStruct } from "./bound.ts";

/** A function as Microsoft's metadata has it. */
export interface AbiFunction {
  readonly dll: string;
  readonly result: string;
  readonly parameters: readonly (readonly [name: string, type: string])[];
}

/** A struct as Microsoft's metadata has it. */
export interface AbiStruct {
  readonly size: number;
  readonly fields: Readonly<Record<string, readonly [number, string]>>;
}

const SIZES: Readonly<Record<string, number>> = {
  void: 0,
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  u64: 8,
  i64: 8,
  f64: 8,
  usize: 8,
  isize: 8,
  pointer: 8,
  buffer: 8,
  text: 8,
};

/** What is wrong with a bound function, as sentences; none where all is right. */
export function functionFaults(
  ours: BoundFunction,
  theirs: AbiFunction | undefined,
): string[] {
  const { name } = ours;
  if (theirs === undefined) return [`${name} is not in the table`];
  const faults: string[] = [];
  if (ours.dll !== theirs.dll) {
    faults.push(`${name} is in ${theirs.dll}, not in ${ours.dll}`);
  }
  if (sizeOf(ours.result) !== sizeOf(theirs.result)) {
    faults.push(`${name} gives ${theirs.result}, not ${ours.result}`);
  }
  const [have, want] = [ours.parameters, theirs.parameters];
  if (have.length !== want.length) {
    faults.push(`${name} takes ${want.length} parameters, not ${have.length}`);
  }
  for (const [at, [parameter, type]] of want.entries()) {
    const [ourName, ourType] = have[at] ?? [];
    if (ourName === parameter && sizeOf(ourType) === sizeOf(type)) continue;
    faults.push(
      `${name} takes ${parameter}: ${type} as parameter ${at}, not ${ourName}: ${ourType}`,
    );
  }
  return faults;
}

/** What is wrong with a layout, as sentences; none where all is right. */
export function structFaults(
  { name, layout }: BoundStruct,
  theirs: AbiStruct | undefined,
): string[] {
  if (theirs === undefined) return [`${name} is not in the table`];
  const faults: string[] = [];
  if (layout.size !== theirs.size) {
    faults.push(`${name} has ${theirs.size} bytes, not ${layout.size}`);
  }
  for (const [field, [offset, type]] of Object.entries(layout.fields)) {
    const [at, theirType] = theirs.fields[field] ?? [];
    if (offset === at && sizeOf(type) === sizeOf(theirType)) continue;
    faults.push(
      `${name}.${field} is ${theirType} at ${at}, not ${type} at ${offset}`,
    );
  }
  return faults;
}

function sizeOf(type: string | undefined): number {
  return SIZES[type ?? ""] ?? NaN;
}
