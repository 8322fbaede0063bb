import {
  assertEquals,
  assertObjectMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { GlobalOptions } from "../../lib/cli/arguments/global_options.ts";
import { kebab } from "../../lib/cli/arguments/spec.ts";
import { parse } from "../../lib/cli/arguments/parse.ts";
import { UsageError } from "../../lib/cli/arguments/usage_error.ts";
import { COMMANDS, GRAMMAR } from "../../lib/cli/command.ts";

const COMMON: GlobalOptions = {
  format: "text",
  encoding: "utf-8",
  json: false,
  count: Infinity,
  timeout: undefined,
  quiet: false,
};

function refused(words: string[], part: string): void {
  assertThrows(() => parse(words), UsageError, part);
}

Deno.test("parse() gives the article's names by default", () => {
  assertEquals(parse(["mailslot", "read"]), {
    kind: "mailslot read",
    name: "Name",
    until: "Exit",
    maxSize: 0,
    common: COMMON,
  });
  assertObjectMatch(parse(["mailslot", "write"]), {
    name: "Name",
    messages: [],
  });
});

Deno.test("parse() reads every common option", () => {
  const words =
    "mailslot read --json --hex --encoding GBK --count 2 --timeout=0 --quiet";
  assertObjectMatch(parse(words.split(" ")), {
    common: {
      format: "hex",
      encoding: "gbk",
      json: true,
      count: 2,
      timeout: 0,
      quiet: true,
    },
  });
});

Deno.test("parse() keeps an empty value, and one that looks like an option", () => {
  assertObjectMatch(parse(["mailslot", "read", "--until", ""]), { until: "" });
  assertObjectMatch(parse(["mailslot", "read", "--until="]), { until: "" });
  assertObjectMatch(parse(["mailslot", "read", "--until", "--x", "n"]), {
    until: "--x",
    name: "n",
  });
});

Deno.test("parse() keeps messages as they are typed", () => {
  const messages = ["007", "", "1e3", "true", "a=b"];
  assertObjectMatch(parse(["mailslot", "write", "n", ...messages]), {
    messages,
  });
  assertObjectMatch(
    parse(["mailslot", "write", "n", "a", "--quiet", "--", "--b", "--"]),
    { messages: ["a", "--b", "--"] },
  );
  assertObjectMatch(parse(["mailslot", "write", "n", "--json", "true"]), {
    messages: ["true"],
    common: { json: true },
  });
});

Deno.test("parse() reads every option of pipe serve", () => {
  const words =
    "pipe serve p --mode byte --echo --once --max 3 --sddl D: --allow-remote";
  assertEquals(parse(words.split(" ")), {
    kind: "pipe serve",
    name: "p",
    mode: "byte",
    echo: true,
    once: true,
    max: 3,
    sddl: "D:",
    allowRemote: true,
    http: undefined,
    common: COMMON,
  });
  const http = ["pipe", "serve", "--http", "."];
  // Also where it is the default.
  for (const option of ["--mode message", "--mode byte", "--echo", "--once"]) {
    const [name] = option.split(" ");
    refused(
      [...http, ...option.split(" ")],
      `Cannot combine --http with ${name}`,
    );
  }
  const encoded = "--hex --encoding utf-8 --mode byte".split(" ");
  refused(
    [...http, ...encoded],
    "Cannot combine --http with --mode, --encoding, --hex",
  );
  assertObjectMatch(parse([...http, "--max", "3", "--count", "2", "--json"]), {
    http: ".",
    max: 3,
    common: { count: 2, json: true },
  });
});

Deno.test("parse() reads pipe connect, call, info and list", () => {
  assertObjectMatch(parse(["pipe", "connect"]), {
    kind: "pipe connect",
    name: "winipc",
    mode: undefined,
    messages: [],
  });
  assertObjectMatch(parse(["pipe", "call", "p", "6*7"]), {
    kind: "pipe call",
    name: "p",
    message: "6*7",
  });
  assertObjectMatch(parse(["pipe", "info", "p"]), {
    kind: "pipe info",
    name: "p",
  });
  assertEquals(parse(["pipe", "list"]).kind, "pipe list");
});

Deno.test("parse() distinguishes a scenario from one side of it", () => {
  assertObjectMatch(parse(["demo"]), {
    kind: "demo",
    scenarios: ["pipe", "mailslot", "shm", "map"],
  });
  assertObjectMatch(parse(["demo", "mailslot"]), {
    scenarios: ["mailslot"],
  });
  assertObjectMatch(parse(["demo", "pipe", "b", "--prefix", "x"]), {
    kind: "demo side",
    scenario: "pipe",
    side: "b",
    prefix: "x",
  });
});

Deno.test("parse() reads demo's --hold and FILE", () => {
  assertObjectMatch(parse(["demo", "shm", "a", "--hold", "5"]), {
    scenario: "shm",
    hold: 5,
  });
  assertObjectMatch(parse(["demo", "map", "a", "x.txt"]), {
    scenario: "map",
    file: "x.txt",
  });
  refused(
    ["pipe", "serve", "--allow-remote=no"],
    'Invalid --allow-remote "no": it takes no value',
  );
  refused(["demo", "map", "b"], 'Missing argument: give "demo map b FILE"');
  refused(["demo", "shm", "b", "x.txt"], 'Unexpected argument "x.txt"');
  refused(
    ["demo", "shm", "--hold", "5"],
    'Unexpected --hold: only "demo shm a" uses it',
  );
});

Deno.test("parse() reads shm create, read, write and info", () => {
  assertEquals(parse(["shm", "create"]), {
    kind: "shm create",
    name: "ShareMemory",
    text: undefined,
    file: undefined,
    size: 4096,
    hold: undefined,
    common: COMMON,
  });
  const words = "shm create m text --size 10 --hold 0";
  assertObjectMatch(parse(words.split(" ")), {
    name: "m",
    text: "text",
    size: 10,
    hold: 0,
  });
  assertObjectMatch(parse(["shm", "create", "m", "--file", "f"]), {
    file: "f",
  });
  assertEquals(parse(["shm", "read"]), {
    kind: "shm read",
    name: "ShareMemory",
    offset: 0,
    wait: false,
    length: undefined,
    common: COMMON,
  });
  assertObjectMatch(
    parse("shm read m --offset 3 --length 4".split(" ")),
    { name: "m", offset: 3, length: 4 },
  );
  assertEquals(parse("shm write m text --offset 3 --nul".split(" ")), {
    kind: "shm write",
    name: "m",
    text: "text",
    offset: 3,
    nul: true,
    common: COMMON,
  });
  assertEquals(parse(["shm", "info", "m"]), {
    kind: "shm info",
    name: "m",
    common: COMMON,
  });
  refused(["shm", "create", "m", "t", "--file", "f"], "give one of them");
  refused(["shm", "create", "--size", "0"], "expected an integer >= 1");
  refused(["shm", "read", "--length", "0"], "expected an integer >= 1");
  refused(["shm", "write", "m"], 'give "shm write NAME TEXT"');
  refused(["shm", "info"], 'give "shm info NAME"');
});

Deno.test("parse() reads map cat and edit", () => {
  assertEquals(parse(["map", "cat", "f"]), {
    kind: "map cat",
    file: "f",
    offset: 0,
    length: undefined,
    common: COMMON,
  });
  assertEquals(parse("map edit f text --offset 4294967297".split(" ")), {
    kind: "map edit",
    file: "f",
    text: "text",
    offset: 2 ** 32 + 1,
    common: COMMON,
  });
  refused(["map", "cat"], 'give "map cat FILE"');
  refused(["map", "edit", "f", "text"], "FILE TEXT --offset N");
  refused(["map", "edit", "f", "--offset", "1"], "FILE TEXT --offset N");
});

Deno.test("parse() suggests the nearest word", () => {
  refused(["mailslt"], 'Did you mean "mailslot"?');
  refused(["pipe", "conect"], 'Did you mean "connect"?');
  refused(["pipe", "serve", "--ehco"], 'Did you mean "--echo"?');
  refused(["pipe", "serve", "--mode", "massage"], 'Did you mean "message"?');
  refused(["demo", "maislot"], 'Did you mean "mailslot"?');
  refused(["mailslot", "read", "--encoding", "utf-16l"], "utf-16le");
  refused(["--versoin"], 'Did you mean "--version"?');
});

Deno.test("parse() says what to do where no word is near", () => {
  refused(["xyzzy"], '"winipc --help" lists the commands');
  refused(["pipe"], '"pipe serve", "pipe connect"');
  refused(["pipe", "xyzzy"], "Give serve, connect, call, info, list");
  refused(["mailslot", "write", "n", "-x"], 'put "--" before a text');
});

Deno.test("parse() refuses missing, surplus and wrong values", () => {
  refused(["pipe", "call", "p"], 'give "pipe call NAME MESSAGE"');
  refused(["pipe", "info"], 'give "pipe info NAME"');
  refused(["mailslot", "read", "a", "b"], 'Unexpected argument "b"');
  refused(["mailslot", "read", "--count", "0"], "expected an integer >= 1");
  refused(["mailslot", "read", "--count", "1.5"], "expected an integer");
  refused(["mailslot", "read", "--timeout", "-1"], "expected an integer >= 0");
  refused(["mailslot", "read", "--timeout"], "needs a value");
  const call = ["rpc", "call", "ncalrpc:[app]", "--interface", "UUID"];
  refused(
    [...call, "--proc", "32768"],
    'Invalid --proc "32768": expected an integer from 0 to 32767',
  );
  refused(["mailslot", "read", "--hex", "--raw"], "give one of them");
  refused(["mailslot", "read", "--json", "--raw"], "--json with --hex");
  refused(["mailslot", "read", "--encoding", "klingon"], "klingon");
});

Deno.test("parse() finds help wherever it is asked for", () => {
  const requests: [string[], string][] = [
    [["--help"], "inter-process communication"],
    [["help"], "inter-process communication"],
    [["-h"], "inter-process communication"],
    [["help", "pipe"], "winipc pipe:"],
    [["help", "pipe", "serve"], "winipc pipe serve"],
    [["pipe", "--help"], "winipc pipe:"],
    [["pipe", "help", "call"], "winipc pipe call"],
    [["help", "pipe", "constructor"], "winipc pipe:"],
    [["pipe", "help", "toString"], "winipc pipe:"],
    [["pipe", "call", "--help"], "winipc pipe call"],
    [["mailslot", "read", "x", "-h"], "winipc mailslot read"],
    [["demo", "pipe", "a", "--help"], "winipc demo"],
    [["shm", "--help"], "winipc shm:"],
    [["shm", "create", "--help"], "winipc shm create"],
    [["help", "map", "edit"], "winipc map edit"],
    [["doctor", "--help"], "winipc doctor"],
  ];
  for (const [words, text] of requests) {
    const command = parse(words);
    assertObjectMatch(command, { kind: "help", requested: true });
    assertStringIncludes((command as { text: string }).text, text);
  }
  assertObjectMatch(parse([]), { kind: "help", requested: false });
});

Deno.test("each help has all options, and lines for 80 columns", () => {
  const words = [...Object.keys(COMMANDS), ...Object.keys(GRAMMAR), ""];
  for (const name of words) {
    const command = parse([...name.split(" ").filter(Boolean), "--help"]);
    const { text } = command as { text: string };
    for (const key of Object.keys(COMMANDS[name]?.options ?? {})) {
      assertStringIncludes(text, `--${kebab(key)}`, name);
    }
    // Whole: shells differ in what continues an example.
    const long = text.split("\n")
      .filter((line) => line.length > 80 && !line.startsWith("  winipc "));
    assertEquals(long, [], name);
  }
});

Deno.test("parse() finds the version", () => {
  assertEquals(parse(["--version"]), { kind: "version" });
  assertEquals(parse(["pipe", "list", "--version"]), { kind: "version" });
});
