/**
 * What lib/win32 binds and lays out. Every file there is looked at, so that a
 * new table is held against Windows' metadata without a word here.
 *
 * @module
 */

import type { Layout } from "../../../lib/win32/structs.ts";
import type { Declaration, Table } from "../../../lib/win32/table.ts";

/** A bound function under Windows' own name. */
export interface BoundFunction {
  readonly dll: string;
  readonly name: string;
  readonly parameters: Declaration["parameters"];
  readonly result: Declaration["result"];
}

/** A struct layout under Windows' own name. */
export interface BoundStruct {
  readonly name: string;
  readonly layout: Layout;
}

/** `XYZ_TABLE` is of `xyz.dll`, except what a file keeps apart. */
const APART: Readonly<Record<string, string>> = {
  ERROR_TABLE: "kernel32.dll",
  KERNEL32_DDE_TABLE: "kernel32.dll",
  NTDLL_WINE_TABLE: "ntdll.dll",
  USER32_DDE_TABLE: "user32.dll",
};

/** All functions and structs, sorted by name. */
export async function bound(): Promise<
  { functions: BoundFunction[]; structs: BoundStruct[] }
> {
  const exported = await exportsBelow(
    new URL("../../../lib/win32/", import.meta.url),
  );
  return {
    functions: exported.filter(([name, value]) =>
      // RPC_DISPATCH_TABLE is a struct.
      name.endsWith("_TABLE") && !isLayout(value)
    )
      .flatMap(([name, table]) => functionsOf(name, table as Table))
      .sort(byName),
    structs: exported.filter(([, value]) => isLayout(value))
      .map(([name, layout]) => ({ name, layout: layout as Layout }))
      .sort(byName),
  };
}

async function exportsBelow(folder: URL): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) found.push(...await exportsBelow(url));
    else if (name.endsWith(".ts")) {
      found.push(...Object.entries(await import(url.href)));
    }
  }
  return found;
}

function functionsOf(constant: string, table: Table): BoundFunction[] {
  const dll = APART[constant] ??
    `${constant.slice(0, -"_TABLE".length).toLowerCase()}.dll`;
  return Object.entries(table).map(([key, { name, parameters, result }]) => ({
    dll,
    name: name ?? key,
    parameters,
    result,
  }));
}

function isLayout(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    "size" in value && "fields" in value;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
