/**
 * The command `winipc demo`.
 *
 * @module
 */
import type { GlobalOptions } from "../arguments/global_options.ts";
import { command } from "../arguments/spec.ts";
import { MESSAGE_ENCODING } from "../commands/message/spec.ts";
import { didYouMean } from "../arguments/suggest.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { content } from "../text/events.ts";

/** The mechanisms that have a scenario, in the article's order. */
export const SCENARIOS = [
  "pipe",
  "mailslot",
  "shm",
  "map",
  "message",
  "clipboard",
  "anon",
  "socket",
  "dde",
  "rpc",
] as const;

/** A mechanism that has a scenario. */
export type ScenarioName = typeof SCENARIOS[number];

/** The process that answers when `demo` measures. */
const ECHO = "echo";
const DEFAULT_ROUNDS = 20;

interface Parsed {
  /** The prefix of the objects' names. */
  readonly prefix: string;
  readonly common: GlobalOptions;
}

/** `demo` as it was typed: both processes. */
export interface Demo extends Parsed {
  readonly kind: "demo";
  readonly scenarios: readonly ScenarioName[];
  /** How many round trips of each are measured. */
  readonly rounds: number;
}

/** `demo echo` as it was typed: the process that answers when `demo` measures. */
export interface DemoEcho extends Parsed {
  readonly kind: "demo echo";
  readonly scenarios: readonly ScenarioName[];
}

/** `demo MECHANISM a|b` as it was typed: one of the processes. */
export interface DemoSide extends Parsed {
  readonly kind: "demo side";
  readonly scenario: ScenarioName;
  readonly side: "a" | "b";
  readonly file?: string | undefined;
  /** How long `shm a` holds its memory, in ms. */
  readonly hold?: number | undefined;
}

const SIDE = {
  mechanism: "mailslot",
  side: "a",
  pid: 1234,
  name: "\\\\.\\mailslot\\Name",
} as const;
const ENDPOINT = { ...SIDE, "handle?": 420 } as const;
const TEXT = { ...content(), ...SIDE } as const;

export const DEMO = command(
  {
    operands: { words: { label: "MECHANISM", rest: true, words: SCENARIOS } },
    options: {
      prefix: {
        label: "TEXT",
        fallback: "",
        help: `a prefix for the names of the objects, so that several demos
can run at the same time`,
      },
      hold: {
        label: "MS",
        min: 0,
        help: "how long shm a keeps its memory (20000)",
      },
      rounds: {
        label: "N",
        min: 0,
        help: `how many round trips to measure (20); 0 measures none, which
is the default with --trace`,
      },
    },
    usage: "[MECHANISM...]\nMECHANISM a|b",
    events: {
      created: ENDPOINT,
      opened: ENDPOINT,
      sent: TEXT,
      message: TEXT,
      closed: SIDE,
      result: {
        mechanism: "mailslot",
        ok: true,
        milliseconds: 900,
        bytes: 27,
        "roundTrip?": 0.6,
        "rounds?": 20,
        "flag?": "--allow-ffi=...",
        "error?": "...",
      },
    },
    help: `  winipc demo                 every scenario of the article
  winipc demo mailslot        one of them
  winipc demo mailslot a      process A of it, in one console
  winipc demo mailslot b      process B of it, in another

Runs both processes of each scenario and prints their actions, with process ids,
handles and times: A creates the object and writes, B opens it and reads. On a
terminal the two processes are side by side, and their actions appear as they
happen. A table at the end shows for each mechanism whether it works, how many
bytes it carried, the median round trip of 16 bytes between two processes, and
the flag it needs. Exit code 1 if one fails. The scenarios are:
${SCENARIOS.join(", ")}.

One side works with any partner that sends the same bytes, such as the article's
own programs (--encoding gbk for their text). It sends each line of stdin, and
prints each received text up to its first NUL:

  pipe a       creates \\\\.\\pipe\\WritePipe and \\\\.\\pipe\\ReadPipe, sends on the
               first and prints messages from the second; ends when b has left
  pipe b       waits for both, sends each text as 260 bytes to ReadPipe, and
               prints messages from WritePipe; leaves when stdin has ended and
               nothing has arrived for a second (or --timeout)
  mailslot a   prints messages to \\\\.\\mailslot\\Name, until "Exit"
  mailslot b   sends to it; the end of stdin, or the line Exit, sends "Exit"
  shm a        creates Local\\ShareMemory of 4096 bytes with "Shine" and a NUL,
               for --hold (20000 ms), or until a line comes on stdin
  shm b        prints its text
  map a FILE   prints FILE and writes "w" over its second character; FILE keeps
               its size
  map b FILE   prints FILE
  message a    sends to the window "Client" by WM_COPYDATA, as UTF-16 without
               NUL
  message b    has that window, and prints messages, up to --count
  clipboard a  copies each line to the clipboard ("demo" restores the previous
               text at the end)
  clipboard b  prints each copied text, up to --count
  anon a       starts b with the reading end of an anonymous pipe, and sends
  anon b       prints its data; only a can start it
  socket a     listens on 127.0.0.1:42424 and sends lines to the first client
  socket b     waits for that, and prints received lines
  dde a        serves DDE as winipc, topic demo, and publishes each line as the
               item text, once a client watches it
  dde b        waits for that, and prints each change, until a ends
  rpc a        serves ncalrpc:[winipc-demo]; procedure 0 returns the next line
  rpc b        waits for that, and calls it for each line, until the end`,
    notes:
      `For the measurement, "demo echo [MECHANISM...]" answers in another process,
which ends with its stdin.`,
    jsonNotes:
      `Each action of a side is an event, and at the end each scenario is a "result".
Sockets, DDE, RPC and the clipboard have no "handle". "roundTrip" is in ms, and
absent if it was not measured; a scenario that failed has "error".`,
  },
  (
    { words, prefix, hold, rounds, common },
    args,
  ): Demo | DemoSide | DemoEcho => {
    const [first, second] = words;
    if (hold !== undefined && !(first === "shm" && second === "a")) {
      throw new UsageError(
        'Unexpected --hold: only "demo shm a" uses it',
      );
    }
    if (first !== undefined && (second === "a" || second === "b")) {
      const scenario = scenarioOf(first);
      args.atMost(scenario === "map" ? 3 : 2);
      const file = words[2];
      if (scenario === "map" && file === undefined) {
        throw new UsageError(
          `Missing argument: give "demo map ${second} FILE"`,
        );
      }
      const encoding =
        args.text("encoding") === undefined && scenario === "message"
          ? MESSAGE_ENCODING
          : common.encoding;
      return {
        kind: "demo side",
        scenario,
        side: second,
        prefix,
        file,
        hold,
        common: { ...common, encoding },
      };
    }
    const echo = first === ECHO;
    const named = echo ? words.slice(1) : words;
    const scenarios = named.length > 0
      ? [...new Set(named.map(scenarioOf))]
      : SCENARIOS;
    if (echo) return { kind: "demo echo", scenarios, prefix, common };
    // Traced calls are slower, and would fill the trace.
    const defaultRounds = common.trace === undefined ? DEFAULT_ROUNDS : 0;
    return {
      kind: "demo",
      scenarios,
      prefix,
      rounds: rounds ?? defaultRounds,
      common,
    };
  },
);

function scenarioOf(word: string): ScenarioName {
  const found = SCENARIOS.find((name) => name === word);
  if (found !== undefined) return found;
  throw new UsageError(
    `Unknown scenario "${word}".${
      didYouMean(word, SCENARIOS) || ` Give ${SCENARIOS.join(" or ")}`
    }`,
  );
}
