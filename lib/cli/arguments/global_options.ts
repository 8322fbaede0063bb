import type { Arguments, OptionNames } from "./arguments.ts";
import { nearestWord } from "./suggest.ts";
import { UsageError } from "./usage_error.ts";

/** The format of bytes as input and output. */
export type Format = "text" | "hex" | "raw";

/** The options of every command. */
export interface GlobalOptions {
  readonly format: Format;
  /** The encoding of text, as `TextDecoder` names it. */
  readonly encoding: string;
  /** One JSON object for each line. */
  readonly json: boolean;
  /** The number of messages after which to stop; `Infinity` for no limit. */
  readonly count: number;
  /** The time in ms without progress after which to stop. */
  readonly timeout: number | undefined;
  /** No status messages except `ready:` and errors. */
  readonly quiet: boolean;
  /**
   * The output of the trace: "" for text on stderr, "-" for JSON there, or a
   * file.
   */
  readonly trace?: string;
}

/** The names of these options. */
export const GLOBAL_OPTION_NAMES: OptionNames = {
  values: ["encoding", "count", "timeout"],
  flags: ["json", "hex", "raw", "quiet", "help", "version"],
  optional: ["trace"],
};

export const GLOBAL_HELP = `Everywhere:
  --json         one JSON object a line on stdout ("winipc help json" lists all
                 fields); "at" is the UTC time, as "2026-01-31T12:00:00.123456Z"
  --encoding E   the encoding of text, any that TextDecoder knows (utf-8; for
                 message and dde utf-16le)
  --hex          bytes as hex, for input and output; with --json "hex" instead
                 of "text"
  --raw          bytes unchanged, without added line ends
  --count N      stop after N messages
  --timeout MS   stop after MS milliseconds without progress (exit code 5)
  --quiet        only "ready:" and errors on stderr
  --trace[=FILE] every native call, as text on stderr or as JSON lines to FILE
                 ("winipc trace view FILE" shows it; with - on stderr)
  --help         this text; --version

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused,
5 timed out, 130 interrupted.

In PowerShell, run lines with <, >, type or \\" by cmd.exe: cmd /c 'LINE'`;

/** The most common encodings. */
export const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "gbk",
  "gb18030",
  "big5",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "windows-1252",
  "windows-1251",
];

/** Reads these options; `encoding` is the default of `--encoding`. */
export function readGlobalOptions(
  args: Arguments,
  encoding = "utf-8",
): GlobalOptions {
  const json = args.flag("json");
  const hex = args.flag("hex");
  const raw = args.flag("raw");
  if (hex && raw) {
    throw new UsageError("Cannot combine --hex and --raw: give one of them");
  }
  const trace = args.text("trace");
  if (json && raw) {
    throw new UsageError(
      "Cannot combine --json and --raw: give one, or --json with --hex",
    );
  }
  return {
    format: hex ? "hex" : raw ? "raw" : "text",
    encoding: encodingOf(args.text("encoding") ?? encoding),
    json,
    count: args.integer("count", 1) ?? Infinity,
    timeout: args.integer("timeout", 0),
    quiet: args.flag("quiet"),
    ...trace !== undefined && { trace },
  };
}

function encodingOf(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    const nearest = nearestWord(label, ENCODINGS);
    const hint = nearest ? `did you mean "${nearest}"?` : ENCODINGS.join(", ");
    throw new UsageError(`Unknown encoding "${label}": ${hint}`);
  }
}
