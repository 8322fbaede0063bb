/**
 * Finds the program for a command.
 *
 * @module
 */

import { checkString } from "../io/checks.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import { quote } from "../io/format.ts";
import { widePath } from "../io/wide_path.ts";
import {
  FILE_ATTRIBUTE_DIRECTORY,
  INVALID_FILE_ATTRIBUTES,
} from "../win32/constants.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { systemLibrary } from "../win32/load.ts";
import { copyOut } from "../win32/memory.ts";
import { fromUtf16 } from "../win32/utf16.ts";
import { quotedArgument } from "./command_line.ts";
import { splitVariable } from "./environment_block.ts";

const PROGRAM_ENDINGS = [".com", ".exe"];
const BATCH_ENDINGS = [".bat", ".cmd"];

/** Checks a command before any native call. */
export function checkCommand(command: unknown): asserts command is string {
  checkString("command", command);
  if (command.includes('"')) {
    throw new TypeError(
      `Invalid command ${quote(command)}: no file has such a name`,
    );
  }
  if (isBatch(command)) throw batchError(command);
}

/**
 * Returns the file for `command`. A path is used as it is. A bare name is
 * searched in the folders of `path`: with its own extension if it has one, with
 * `.com`, then with `.exe`. The current folder is not searched, because a
 * planted program could be there. libuv (src/win/process.c: search_path) and
 * `CreateProcessW` do the same, but also search the current folder.
 *
 * @throws {Deno.errors.NotFound} when no file matches
 * @throws {TypeError} for a batch file
 */
export function findProgram(command: string, path: string): string {
  if (/[\\/:]/.test(command)) {
    const named = command.replaceAll("/", "\\");
    const found = firstFile(named, PROGRAM_ENDINGS);
    if (found !== undefined) return found;
    if (firstFile(named, BATCH_ENDINGS) !== undefined) {
      throw batchError(command);
    }
    // Starting it reports what is missing.
    return /\.[^\\.]*$/.test(named) ? named : `${named}.exe`;
  }
  const places = [systemFolder(), ...folders(path)]
    .map((folder) => `${folder.replace(/[\\/]+$/, "")}\\${command}`);
  for (const place of places) {
    const found = firstFile(place, PROGRAM_ENDINGS);
    if (found !== undefined) return found;
  }
  for (const place of places) {
    const found = firstFile(place, BATCH_ENDINGS);
    if (found !== undefined) throw batchError(command, found);
  }
  throw new Deno.errors.NotFound(
    `Cannot start ${quote(command)}: no folder of PATH has such a program`,
  );
}

/**
 * The folders of PATH. Quotes are not part of a name and may enclose a
 * semicolon.
 */
function folders(path: string): string[] {
  return (path.match(/(?:"[^"]*"?|[^;"])+/g) ?? [])
    .map((folder) => folder.replaceAll('"', "").trim())
    .filter((folder) => folder !== "");
}

/** The first file among `place` with these extensions. */
function firstFile(
  place: string,
  endings: readonly string[],
): string | undefined {
  const own = /\.[^\\.]+$/.test(place) ? ["", ...endings] : endings;
  return own.map((ending) => `${place}${ending}`).find(isFile);
}

function isFile(path: string): boolean {
  const attributes = kernel32().raw.GetFileAttributesW(widePath(path));
  return attributes !== INVALID_FILE_ATTRIBUTES &&
    (attributes & FILE_ATTRIBUTE_DIRECTORY) === 0;
}

/**
 * The environment of this process, including hidden variables. Calls
 * `GetEnvironmentStringsW`.
 */
export function ownEnvironment(): [name: string, value: string][] {
  const { raw, call } = kernel32();
  const block = wrapWin32Error(
    "Cannot read the environment",
    () => call.GetEnvironmentStringsW(),
  );
  const variables: [string, string][] = [];
  try {
    for (let at = block;;) {
      const length = raw.StringLength(at);
      if (length === 0) return variables;
      const bytes = new Uint8Array(2 * length);
      copyOut(at, bytes);
      variables.push(splitVariable(fromUtf16(bytes)));
      at += BigInt(bytes.byteLength + 2);
    }
  } finally {
    raw.FreeEnvironmentStringsW(block);
  }
}

/**
 * cmd.exe runs batch files and splits their arguments by its own rules. No
 * quoting keeps an argument whole.
 */
function isBatch(file: string): boolean {
  // Windows drops dots and spaces at the end of a name.
  return /\.(?:bat|cmd)$/i.test(file.replace(/[. ]+$/, ""));
}

function batchError(command: string, found?: string): TypeError {
  const what = found === undefined
    ? "it is a batch file"
    : `only ${quote(found)} has that name, a batch file`;
  return new TypeError(
    `Invalid command ${
      quote(command)
    }: ${what}, whose arguments cmd.exe takes apart as commands; start cmd /d /c ${
      quotedArgument(command)
    } ARG… where no argument holds any of & | < > ^ % ! "`,
  );
}

function systemFolder(): string {
  return systemLibrary("").slice(0, -1);
}
