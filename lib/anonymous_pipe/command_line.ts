/**
 * The command line of a new process. Pure.
 *
 * Windows hands a process one text, which the process takes apart itself:
 * nearly all by the rules of `CommandLineToArgvW` and of Microsoft's C runtime.
 * In these, spaces and tabs separate, quotes hold together, and backslashes
 * stand for themselves unless a quote follows.
 *
 * @module
 */

/** `CreateProcessW` takes this many characters, with the NUL at the end. */
const MAX_LENGTH = 32767;

/**
 * The command line that is taken apart into `program` and exactly `args`.
 *
 * @throws {TypeError} for a NUL, or a program with a quote
 * @throws {RangeError} when it is longer than Windows takes
 */
export function commandLine(program: string, args: readonly string[]): string {
  return checked([quotedProgram(program), ...args.map(quotedArgument)]);
}

/**
 * The command line with `args` as they are, a space between each, for programs
 * with rules of their own such as cmd.exe.
 *
 * @throws as {@linkcode commandLine} does
 */
export function rawCommandLine(
  program: string,
  args: readonly string[],
): string {
  return checked([quotedProgram(program), ...args]);
}

/** One argument, in quotes where it needs them. */
export function quotedArgument(argument: string): string {
  if (argument !== "" && !/[ \t\n\v"]/.test(argument)) return argument;
  // Backslashes count double before a quote, also before the one at the end.
  const escaped = argument
    .replace(/(\\*)"/g, '$1$1\\"')
    .replace(/\\+$/, "$&$&");
  return `"${escaped}"`;
}

/** The first word follows other rules: it ends at the next quote, and backslashes are only that. */
function quotedProgram(program: string): string {
  if (program.includes('"')) {
    throw new TypeError(
      `Invalid command '${program}': a quote cannot stand in a file's name`,
    );
  }
  return `"${program}"`;
}

function checked(words: readonly string[]): string {
  const line = words.join(" ");
  if (line.includes("\0")) {
    throw new TypeError("Invalid args: an argument cannot hold a NUL");
  }
  if (line.length < MAX_LENGTH) return line;
  throw new RangeError(
    `Invalid args: the command line has ${line.length} characters, and Windows takes ${
      MAX_LENGTH - 1
    }`,
  );
}
