/** The command line and relays at a real console. */

import { assertEquals } from "@std/assert";
import { commandLine } from "../../lib/anonymous_pipe/command_line.ts";
import { stdoutConverter, typedChunks } from "../../lib/console.ts";
import { listenPipe, type PipeConnection } from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { testWith } from "../support/partners.ts";
import { ConsoleProgram } from "../support/winpty.ts";

const CLI = new URL("../../cli.ts", import.meta.url);
/** "你好" as Chinese Windows writes it, which is no UTF-8. */
const GBK = [0xc4, 0xe3, 0xba, 0xc3, 10];

/** Starts `winipc ARG…` in a console of its own. */
function startInConsole(...args: string[]): Promise<ConsoleProgram> {
  return ConsoleProgram.start(
    // Without Deno's progress, which stays on a screen without escape sequences.
    commandLine(Deno.execPath(), runArgs(CLI, args, ["-A", "--quiet"])),
  );
}

/** The next line of a client, without the Escapes of {@linkcode ConsoleProgram.type}. */
async function lineOf(client: PipeConnection): Promise<string> {
  const buffer = new Uint8Array(1024);
  let all = "";
  while (!all.endsWith("\n")) {
    const length = await client.read(buffer);
    if (length === null) throw new Error(`It ended with "${all}"`);
    all += text(buffer.subarray(0, length));
  }
  return all.replaceAll("\x1b", "").trimEnd();
}

Deno.test("stdoutConverter() leaves bytes for files and pipes unchanged", () => {
  const data = Uint8Array.from(GBK);
  assertEquals(stdoutConverter(false)(data) === data, true);
});

Deno.test("stdoutConverter() makes UTF-8 for a console, also of characters in two pieces", () => {
  const convert = stdoutConverter(true);
  const pieces = [GBK, [0xef, 0xbb, 0xbf, 0xe4, 0xb8], [0xad, 10]];
  const all = pieces.map((piece) => convert(Uint8Array.from(piece)).toHex());
  assertEquals(all, [`${"efbfbd".repeat(3)}0a`, "efbbbf", "e4b8ad0a"]);
});

Deno.test("typedChunks() ends with a line that begins with Ctrl-Z", async () => {
  const lines = ["one\r\n", "a\x1ab\r\n", "\x1a\r\n", "more\r\n"];
  let end = "none";
  async function* reads() {
    try {
      for (const line of lines) yield await Promise.resolve(bytes(line));
    } finally {
      end = "reads have ended";
    }
  }
  const typed = await Array.fromAsync(typedChunks(reads()), text);
  assertEquals([...typed, end], [...lines.slice(0, 2), "reads have ended"]);
});

for (
  const command of [["pipe", "connect", "--raw"], ["relay", "stdio"]] as const
) {
  testWith("winpty")(
    `winipc ${command[0]} takes typed text as UTF-8 and shows any bytes`,
    async () => {
      await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
      const { name } = listener;
      const end = command[0] === "relay" ? `pipe:${name}` : name;
      await using program = await startInConsole(...command, end);
      await using client = await listener.accept();
      await client.write(bytes("hello\n"));
      await program.shows(/hello/);
      await program.type("é中\r");
      assertEquals(await lineOf(client), "é中");
      await client.write(Uint8Array.from(GBK));
      await client.write(bytes("next line\n"));
      await program.shows(/next line/);
      client.close();
      // A read of the console is still pending.
      await program.ended();
    },
  );
}

testWith("winpty")(
  "anon run in a console goes on after output that is not UTF-8",
  async () => {
    const child = `console.log("ready");
    for await (const _ of Deno.stdin.readable) {
      await Deno.stdout.write(Uint8Array.of(${GBK}));
      console.log("next line");
      Deno.exit();
    }`;
    const command = ["anon", "run", Deno.execPath(), "eval", child];
    await using program = await startInConsole(...command);
    await program.shows(/ready/);
    await program.type("go\r");
    await program.shows(/next line/);
    await program.ended();
  },
);
