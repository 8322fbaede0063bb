/**
 * The generated code as a source for GNU `as` and its Windows target, and what
 * that makes of it.
 *
 * @module
 */

import type { GeneratedFunction } from "../../../lib/rpc/generated_code/assembler.ts";
import {
  CALLER,
  DISPATCH,
} from "../../../lib/rpc/generated_code/foreign_thread_code.ts";
import { hasCompilers, run } from "../../support/programs/c.ts";

/** What is compared. */
export const FUNCTIONS: readonly GeneratedFunction[] = [DISPATCH, CALLER];

const AS = "x86_64-w64-mingw32-as";
const OBJCOPY = "x86_64-w64-mingw32-objcopy";

/** The names of the values that the functions use, in order. */
export function valueNames(): string[] {
  const items = FUNCTIONS.flatMap(({ lines }) => lines.flat());
  const names = items.flatMap((item) =>
    typeof item === "object" && item.kind === "value" ? [item.name] : []
  );
  return [...new Set(names)];
}

/** The lines of all functions, with values behind them, laid out as `assemble()` does. */
export function assemblySource(): string {
  const functions = FUNCTIONS.map(({ name, lines }) =>
    [
      ".balign 16, 0",
      `.seh_proc ${name}`,
      `${name}:`,
      ...lines.map(([text]) => text),
      ".seh_endproc",
    ].join("\n")
  );
  const values = valueNames().map((name) => `${name}: .quad 0`);
  return [
    ".intel_syntax noprefix",
    ".text",
    ...functions,
    ".balign 16, 0",
    ...values,
    "",
  ].join("\n");
}

/**
 * Has MinGW assemble the source, and returns the path of a file below `folder`
 * with the sections `.text` and `.xdata` in hexadecimal digits, a line each;
 * undefined where there is no MinGW.
 */
export async function assembleByMinGw(
  folder: string,
): Promise<string | undefined> {
  if (!await hasCompilers()) return undefined;
  const home = await Deno.makeTempDir({ prefix: "winipc-assembled-" });
  try {
    await Deno.writeTextFile(`${home}/code.s`, assemblySource());
    await run(AS, "-o", `${home}/code.o`, `${home}/code.s`);
    const sections = [];
    for (const section of [".text", ".xdata"]) {
      const file = `${home}/section`;
      await run(OBJCOPY, "-O", "binary", "-j", section, `${home}/code.o`, file);
      sections.push((await Deno.readFile(file)).toHex());
    }
    const result = `${folder}/assembled-${Deno.pid}.txt`;
    await Deno.writeTextFile(result, sections.join("\n"));
    await Deno.rename(result, `${folder}/assembled.txt`);
    return `${folder}/assembled.txt`;
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
