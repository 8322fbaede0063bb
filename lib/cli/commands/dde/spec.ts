/**
 * The commands of `winipc dde`.
 *
 * @module
 */
import { command, group, type InputOf, WAIT } from "../../arguments/spec.ts";
import { CONTENT } from "../../text/events.ts";
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
const COLUMN = 15;

const PID = { pid: "integer" } as const;
const ITEM = { item: "string" } as const;
const VALUE = { ...CONTENT, ...ITEM, format: "string" } as const;

const SERVE = command({
  operands: { ...ADDRESS, items: { label: "ITEM=VALUE", rest: true } },
  encoding: DDE_ENCODING,
  events: {
    message: { ...VALUE, ...PID },
    execute: { ...CONTENT, ...PID },
    connected: PID,
    watched: { ...ITEM, ...PID },
    disconnected: PID,
  },
  help: () =>
    `winipc dde serve SERVICE TOPIC [ITEM=VALUE...]

  winipc dde serve shop prices apple=1.20 pear=0.90
  winipc dde serve shop prices --json       also shows connecting clients

Serves the topic TOPIC of SERVICE, and the topic System, until it is
interrupted. Clients can request and watch the items, poke new values into them,
and send commands. Each poked value and each command is printed on its own line.
A line ITEM=VALUE on stdin changes an item.

Text is offered as CF_UNICODETEXT and as CF_TEXT. CF_TEXT is in the ANSI code
page of this computer, or in --encoding unless that is utf-16le.

With --json each event is one of
  {"event":"message","text":"1.30","bytes":10,"item":"apple",
   "format":"CF_UNICODETEXT","pid":1234,"at":"..."}
  {"event":"execute","text":"[Reload]","bytes":16,"pid":1234,"at":"..."}
  {"event":"connected","pid":1234,"at":"..."}
  {"event":"watched","item":"apple","pid":1234,"at":"..."}
  {"event":"disconnected","pid":1234,"at":"..."}
and only the first two count for --count.
`,
}, (values) => ({ ...values, items: values.items.map(itemOf) }));
export type DdeServe = InputOf<typeof SERVE>;

const REQUEST = command({
  operands: ABOUT_ITEM,
  options: { format: FORMAT, wait: WAIT },
  column: COLUMN,
  usage: "SERVICE TOPIC ITEM            [--format F] [--wait]",
  encoding: DDE_ENCODING,
  events: { message: VALUE },
  help: (options) =>
    `winipc dde request SERVICE TOPIC ITEM [--format F] [--wait]

  winipc dde request PROGMAN PROGMAN Groups
  winipc dde request Excel Sheet1 R1C1
  winipc dde request Excel System Topics
  winipc dde request Excel Sheet1 R1C1:R9C9 --format XlTable --hex
  winipc dde request shop prices apple --wait   also before the server starts

Prints the data of ITEM. Exit code 3 if there is no such server, 4 if it
refuses, 1 if it is busy.

${ENCODED}

${options}

With --json it is
  {"event":"message","text":"1.20","bytes":10,"item":"apple",
   "format":"CF_UNICODETEXT","at":"..."}
`,
});
export type DdeRequest = InputOf<typeof REQUEST>;

const POKE = command({
  // Without messages the lines of stdin are the values.
  operands: { ...ABOUT_ITEM, messages: { label: "VALUE", rest: true } },
  options: { format: FORMAT },
  column: COLUMN,
  encoding: DDE_ENCODING,
  events: { sent: { ...CONTENT, ...ITEM } },
  help: (options) =>
    `winipc dde poke SERVICE TOPIC ITEM [VALUE...] [--format F]

  winipc dde poke Excel Sheet1 R1C1 42
  type values.txt | winipc dde poke shop prices apple

Sets ITEM to each VALUE in turn, or to each line of stdin.
Exit code 3 if there is no such server, 4 if it refuses, 1 if it is busy.

${ENCODED}

${options}

With --json each accepted value is
  {"event":"sent","text":"42","bytes":4,"item":"R1C1","at":"..."}
`,
});
export type DdePoke = InputOf<typeof POKE>;

const EXECUTE = command({
  // Without messages the lines of stdin are the commands.
  operands: { ...ADDRESS, messages: { label: "COMMAND", rest: true } },
  encoding: DDE_ENCODING,
  events: { sent: CONTENT },
  help: () =>
    `winipc dde execute SERVICE TOPIC [COMMAND...]

  winipc dde execute PROGMAN PROGMAN "[CreateGroup(Tools)]"
  winipc dde execute Excel System "[OPEN(\\"C:\\book.xlsx\\")]"

Makes the server execute each COMMAND, or each line of stdin. Exit
code 3 if there is no such server, 4 if it refuses, 1 if it is busy.

Commands are UTF-16 if the server's window is Unicode, otherwise in the ANSI code
page of this computer.

With --json each executed command is
  {"event":"sent","text":"[CreateGroup(Tools)]","bytes":40,"at":"..."}
`,
});
export type DdeExecute = InputOf<typeof EXECUTE>;

const ADVISE = command({
  operands: ABOUT_ITEM,
  options: {
    warm: { help: "get updates without data, and request the data then" },
    format: FORMAT,
  },
  column: COLUMN,
  usage: "SERVICE TOPIC ITEM [--warm]   [--format F]",
  encoding: DDE_ENCODING,
  events: { message: VALUE },
  help: (options) =>
    `winipc dde advise SERVICE TOPIC ITEM [--warm] [--format F]

  winipc dde advise shop prices apple
  winipc dde advise Excel Sheet1 R1C1 --count 1

Prints the data of ITEM each time it changes, until the server ends (exit code
1). "dde request" prints the value before the first change.

${ENCODED}

${options}

With --json each change is
  {"event":"message","text":"1.30","bytes":10,"item":"apple",
   "format":"CF_UNICODETEXT","at":"..."}
`,
});
export type DdeAdvise = InputOf<typeof ADVISE>;

const LIST = command({
  operands: {
    service: { label: "SERVICE", optional: true },
    topic: { label: "TOPIC", optional: true },
  },
  usage: "[SERVICE [TOPIC]]",
  events: { topic: { service: "string", topic: "string", ...PID } },
  help: () =>
    `winipc dde list [SERVICE [TOPIC]]

  winipc dde list              all servers that answer
  winipc dde list Excel

Lists the servers that answer: process, service and topic. Many servers answer
only if you name them.

With --json each topic is
  {"event":"topic","service":"shop","topic":"prices","pid":1234,"at":"..."}
`,
});
export type DdeList = InputOf<typeof LIST>;

/** `ITEM=VALUE` taken apart. */
export function itemOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`"${startOf(text)}" is not an item: give ITEM=VALUE`);
}

export const DDE = group(
  "dde",
  () =>
    `winipc dde: Dynamic Data Exchange, for Excel and older programs

  winipc dde serve shop prices apple=1.20     in one console
  winipc dde request shop prices apple        in another
  winipc dde advise shop prices apple         in a third
  winipc dde poke shop prices apple 1.30

  dde serve    SERVICE TOPIC [ITEM=VALUE...]
  dde request  SERVICE TOPIC ITEM             [--format F]
  dde poke     SERVICE TOPIC ITEM [VALUE...]  [--format F]
  dde execute  SERVICE TOPIC [COMMAND...]
  dde advise   SERVICE TOPIC ITEM [--warm]    [--format F]
  dde list     [SERVICE [TOPIC]]

"winipc dde serve --help" explains one of them.
`,
  {
    serve: SERVE,
    request: REQUEST,
    poke: POKE,
    execute: EXECUTE,
    advise: ADVISE,
    list: LIST,
  },
);
