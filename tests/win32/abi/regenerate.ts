/**
 * Writes table.json anew: `deno run -A tests/win32/abi/regenerate.ts win32-abi.json`.
 * The argument is the x64 ABI of Windows' functions and structs, computed from
 * Microsoft's win32metadata; what lib/win32 uses of it goes into the table.
 *
 * @module
 */

import { bound } from "./bound.ts";
import type { AbiFunction, AbiStruct } from "./faults.ts";

interface Abi {
  readonly source: string;
  readonly functions: Readonly<Record<string, AbiFunction>>;
  readonly structs: Readonly<Record<string, AbiStruct>>;
}

const { functions, structs } = await bound();
const abi = JSON.parse(await Deno.readTextFile(Deno.args[0]!)) as Abi;
const table: Abi = {
  source: abi.source,
  functions: Object.fromEntries(
    functions.filter(({ name }) => name in abi.functions)
      .map(({ name }) => {
        const { dll, result, parameters } = abi.functions[name]!;
        return [name, { dll, result, parameters }];
      }),
  ),
  structs: Object.fromEntries(
    structs.filter(({ name }) => name in abi.structs)
      .map(({ name }) => [name, abi.structs[name]!]),
  ),
};
const file = new URL("./table.json", import.meta.url);
await Deno.writeTextFile(file, `${JSON.stringify(table, null, 2)}\n`);
await new Deno.Command(Deno.execPath(), {
  args: ["fmt", "--quiet", "tests/win32/abi/table.json"],
  cwd: new URL("../../..", import.meta.url),
}).output();
