/**
 * The environment of a new process, in Windows' format. Pure functions.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import { toUtf16 } from "../win32/utf16.ts";

/**
 * Makes an environment block (`CREATE_UNICODE_ENVIRONMENT`): each variable as
 * `name=value` and a NUL, and a NUL at the end. Windows ignores case in names,
 * so the block is sorted that way and has each name once.
 *
 * `variables` override those of `inherited` with the same name in any case.
 *
 * @throws {TypeError} for a bad name, a NUL, or two names that differ only in
 * case
 */
export function environmentBlock(
  variables: Readonly<Record<string, string>>,
  inherited: readonly (readonly [name: string, value: string])[] = [],
): Uint8Array<ArrayBuffer> {
  const all = new Map(
    inherited.map(([name, value]) => [folded(name), { name, value }]),
  );
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(variables)) {
    checkVariable(name, value);
    const key = folded(name);
    const other = given.get(key);
    if (other !== undefined) {
      throw new TypeError(
        `Invalid env: "${other}" and ${
          quote(name)
        } are the same variable to Windows`,
      );
    }
    given.set(key, name);
    all.set(key, { name, value });
  }
  const sorted = [...all].sort(([one], [other]) => one < other ? -1 : 1);
  const text = sorted.map(([, { name, value }]) => `${name}=${value}\0`);
  return toUtf16(text.join("") || "\0");
}

/**
 * Splits a variable of a block into name and value. Hidden ones begin with "=",
 * such as `=C:`.
 */
export function splitVariable(variable: string): [name: string, value: string] {
  const at = variable.indexOf("=", 1);
  return at < 0
    ? [variable, ""]
    : [variable.slice(0, at), variable.slice(at + 1)];
}

function checkVariable(name: string, value: unknown): void {
  if (name === "" || /[=\0]/.test(name)) {
    throw new TypeError(
      `Invalid env: "${name.replaceAll("\0", "\\0")}" is not a variable name`,
    );
  }
  if (typeof value !== "string" || value.includes("\0")) {
    throw new TypeError(
      `Invalid env: the value of ${quote(name)} must be a string without NUL`,
    );
  }
}

/** Compares like Windows: unit by unit, in capitals. */
function folded(name: string): string {
  let key = "";
  for (let at = 0; at < name.length; at++) {
    const capital = name[at]!.toUpperCase();
    key += capital.length === 1 ? capital : name[at];
  }
  return key;
}
