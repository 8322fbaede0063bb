/**
 * Which program a command means.
 *
 * @module
 */

import { attempt } from "../io/failure.ts";
import { quote } from "../io/name.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { systemLibrary } from "../win32/load.ts";
import { copyOut } from "../win32/memory.ts";
import { fromWide, toWide } from "../win32/wide.ts";
import { splitVariable } from "./environment_block.ts";

const LONGEST_PATH = 32768;

/** Checks a command before any native call. */
export function checkCommand(command: unknown): asserts command is string {
  if (typeof command !== "string") {
    throw new TypeError(
      `Invalid command: give a string, not ${
        command === null ? "null" : typeof command
      }`,
    );
  }
  if (command === "") throw new TypeError("Invalid command: it is empty");
  if (/[\0"]/.test(command)) {
    throw new TypeError(
      `Invalid command ${quote(command)}: no file has such a name`,
    );
  }
  if (isBatch(command)) throw batchError(command);
}

/**
 * The file that `command` means: itself where it is a path, else what the
 * folders of `path` have under that name, with or without `.exe`. The current
 * folder is not searched, as a planted program would be found there.
 *
 * @throws {Deno.errors.NotFound} when there is none
 * @throws {TypeError} for a batch file
 */
export function findProgram(command: string, path: string): string {
  if (/[\\/:]/.test(command)) {
    const named = /\.[^\\/.]*$/.test(command) ? command : `${command}.exe`;
    return named.replaceAll("/", "\\");
  }
  const buffer = new Uint8Array(2 * LONGEST_PATH);
  attempt(
    `Cannot start ${quote(command)}`,
    () =>
      kernel32().call.SearchPathW(
        toWide(`${systemFolder()};${path}`),
        toWide(command),
        toWide(".exe"),
        LONGEST_PATH,
        buffer,
        0n,
      ),
    { [ERROR.ERROR_FILE_NOT_FOUND]: "no folder of PATH has such a program" },
  );
  const found = fromWide(buffer);
  if (isBatch(found)) throw batchError(command);
  return found;
}

/** The environment of this process, hidden variables too. Calls `GetEnvironmentStringsW`. */
export function ownEnvironment(): [name: string, value: string][] {
  const { raw, call } = kernel32();
  const block = attempt(
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
      variables.push(splitVariable(fromWide(bytes)));
      at += BigInt(bytes.byteLength + 2);
    }
  } finally {
    raw.FreeEnvironmentStringsW(block);
  }
}

/**
 * cmd.exe runs batch files, and takes their arguments apart by rules of its own
 * under which no quoting keeps an argument whole.
 */
function isBatch(file: string): boolean {
  // Windows drops dots and spaces at the end of a name.
  return /\.(?:bat|cmd)$/i.test(file.replace(/[. ]+$/, ""));
}

function batchError(command: string): TypeError {
  return new TypeError(
    `Invalid command ${
      quote(command)
    }: cmd.exe takes the arguments of a batch file apart as commands; start "cmd.exe" with windowsRawArguments, and take care of what the arguments hold`,
  );
}

function systemFolder(): string {
  return systemLibrary("").slice(0, -1);
}
