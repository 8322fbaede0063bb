/**
 * The commands of `winipc dde`.
 *
 * @module
 */
import { command, group, type InputOf, WAIT } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";
import { startOf } from "../../text/start_of.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** The default of `--encoding` for DDE. */
export const DDE_ENCODING = "utf-16le";

const ENCODED =
  `Text is UTF-16 (CF_UNICODETEXT), or if the server refuses that, in the ANSI code
page of this computer (CF_TEXT). Another --encoding applies to CF_TEXT.`;

const ADDRESS = {
  service: { label: "SERVICE" },
  topic: { label: "TOPIC" },
} as const;
const ABOUT_ITEM = { ...ADDRESS, item: { label: "ITEM" } } as const;
const FORMAT = {
  label: "F",
  help: `the name of a format, such as CF_TEXT or XlTable; formats
other than text need --hex or --raw`,
} as const;

const PID = { pid: 1234 } as const;
const ITEM = { item: "apple" } as const;
const VALUE = {
  ...content("1.30", 10),
  ...ITEM,
  format: "CF_UNICODETEXT",
} as const;

const SERVE = command({
  operands: { ...ADDRESS, items: { label: "ITEM=VALUE", rest: true } },
  encoding: DDE_ENCODING,
  events: {
    message: { ...VALUE, ...PID },
    execute: { ...content("[Reload]", 16), ...PID },
    connected: PID,
    watched: { ...ITEM, ...PID },
    disconnected: PID,
  },
  help: `  winipc dde serve shop prices apple=1.20 pear=0.90
  winipc dde serve shop prices --json       also shows connecting clients

Serves the topic TOPIC of SERVICE, and the topic System, until it is
interrupted. Clients can request and watch the items, poke new values into them,
and send commands. Each poked value and each command is printed on its own line.
A line ITEM=VALUE on stdin changes an item.

Text is offered as CF_UNICODETEXT and as CF_TEXT. CF_TEXT is in the ANSI code
page of this computer, or in --encoding unless that is utf-16le.`,
  jsonNotes: 'Only "message" and "execute" count for --count.',
}, (values) => ({ ...values, items: values.items.map(itemOf) }));
export type DdeServe = InputOf<typeof SERVE>;

const REQUEST = command({
  operands: ABOUT_ITEM,
  options: { format: FORMAT, wait: WAIT },
  encoding: DDE_ENCODING,
  events: { message: VALUE },
  help: `  winipc dde request PROGMAN PROGMAN Groups
  winipc dde request Excel Sheet1 R1C1
  winipc dde request Excel System Topics
  winipc dde request Excel Sheet1 R1C1:R9C9 --format XlTable --hex
  winipc dde request shop prices apple --wait   also before the server starts

Prints the data of ITEM. Exit code 3 if there is no such server, 4 if it
refuses, 1 if it is busy.

${ENCODED}`,
});
export type DdeRequest = InputOf<typeof REQUEST>;

const POKE = command({
  // Without messages the lines of stdin are the values.
  operands: { ...ABOUT_ITEM, messages: { label: "VALUE", rest: true } },
  options: {
    format: {
      ...FORMAT,
      help: `the name of a format, such as CF_TEXT or XlTable; one that
is not text gets the bytes of VALUE, in --encoding or by --hex`,
    },
  },
  encoding: DDE_ENCODING,
  events: { sent: { ...content("42", 4), item: "R1C1" } },
  help: `  winipc dde poke Excel Sheet1 R1C1 42
  type values.txt | winipc dde poke shop prices apple

Sets ITEM to each VALUE in turn, or to each line of stdin. Exit code 3 if there
is no such server, 4 if it refuses, 1 if it is busy.

${ENCODED}
ASCII text is tried the other way round.`,
});
export type DdePoke = InputOf<typeof POKE>;

const EXECUTE = command({
  // Without messages the lines of stdin are the commands.
  operands: { ...ADDRESS, messages: { label: "COMMAND", rest: true } },
  encoding: DDE_ENCODING,
  events: { sent: content("[CreateGroup(Tools)]", 40) },
  help: `  winipc dde execute PROGMAN PROGMAN "[CreateGroup(Tools)]"
  winipc dde execute Excel System "[OPEN(\\"C:\\book.xlsx\\")]"

Makes the server execute each COMMAND, or each line of stdin. Exit code 3 if
there is no such server, 4 if it refuses, 1 if it is busy.

Commands are UTF-16 if the server's window is Unicode, otherwise in the ANSI
code page of this computer.`,
});
export type DdeExecute = InputOf<typeof EXECUTE>;

const ADVISE = command({
  operands: ABOUT_ITEM,
  options: {
    warm: { help: "get updates without data, and request the data then" },
    format: FORMAT,
  },
  encoding: DDE_ENCODING,
  events: { message: VALUE },
  help: `  winipc dde advise shop prices apple
  winipc dde advise Excel Sheet1 R1C1 --count 1

Prints the data of ITEM each time it changes, until the server ends (exit code
1). "dde request" prints the value before the first change.

${ENCODED}`,
});
export type DdeAdvise = InputOf<typeof ADVISE>;

const LIST = command({
  operands: {
    service: { label: "SERVICE", optional: true },
    topic: { label: "TOPIC", optional: true },
  },
  events: { topic: { service: "shop", topic: "prices", ...PID } },
  help: `  winipc dde list              all servers that answer
  winipc dde list Excel

Lists the servers that answer: process, service and topic. Many servers answer
only if you name them.`,
});
export type DdeList = InputOf<typeof LIST>;

/** `ITEM=VALUE` taken apart. */
export function itemOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`Invalid item "${startOf(text)}": expected ITEM=VALUE`);
}

export const DDE = group(
  `Dynamic Data Exchange, for Excel and older programs

  winipc dde serve shop prices apple=1.20     in one console
  winipc dde request shop prices apple        in another
  winipc dde advise shop prices apple         in a third
  winipc dde poke shop prices apple 1.30`,
  {
    serve: SERVE,
    request: REQUEST,
    poke: POKE,
    execute: EXECUTE,
    advise: ADVISE,
    list: LIST,
  },
);
