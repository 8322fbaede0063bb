/**
 * The command line of a new process. Pure functions.
 *
 * Windows passes a process one string, which the process splits itself. Nearly
 * all programs follow the rules of `CommandLineToArgvW` and of Microsoft's C
 * runtime: spaces and tabs separate arguments, quotes group them, and a
 * backslash is literal unless a quote follows.
 *
 * @module
 */

/** `CreateProcessW` takes this many characters, including the NUL. */
const MAX_LENGTH = 32767;

/**
 * Returns the command line that splits into `program` and exactly `args`.
 *
 * @throws {TypeError} for a NUL, or a program with a quote
 * @throws {RangeError} when it is longer than Windows allows
 */
export function commandLine(program: string, args: readonly string[]): string {
  return checked([quotedProgram(program), ...args.map(quotedArgument)]);
}

/**
 * Returns the command line with `args` unchanged, joined by spaces, for
 * programs with other rules such as cmd.exe.
 *
 * @throws the same errors as {@linkcode commandLine}
 */
export function rawCommandLine(
  program: string,
  args: readonly string[],
): string {
  return checked([quotedProgram(program), ...args]);
}

/** Quotes one argument if it needs it. */
export function quotedArgument(argument: string): string {
  if (argument !== "" && !/[ \t\n\v"]/.test(argument)) return argument;
  // Backslashes before a quote, including the closing one, are doubled.
  const escaped = argument
    .replace(/(\\*)"/g, '$1$1\\"')
    .replace(/\\+$/, "$&$&");
  return `"${escaped}"`;
}

/**
 * The first word follows other rules: it ends at the next quote, and
 * backslashes are always literal.
 */
function quotedProgram(program: string): string {
  if (program.includes('"')) {
    throw new TypeError(
      `Invalid command '${program}': a file name cannot contain a quote`,
    );
  }
  return `"${program}"`;
}

function checked(words: readonly string[]): string {
  const line = words.join(" ");
  if (line.includes("\0")) {
    throw new TypeError("Invalid args: an argument cannot contain a NUL");
  }
  if (line.length < MAX_LENGTH) return line;
  throw new RangeError(
    `Invalid args: the command line has ${line.length} characters, and Windows allows ${
      MAX_LENGTH - 1
    }`,
  );
}
