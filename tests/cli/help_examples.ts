/** The example lines of the help, found in it and run as they are printed. */

import { assert, assertEquals } from "@std/assert";
import { COMMANDS, GRAMMAR } from "../../lib/cli/command.ts";
import { helpOf } from "../../lib/cli/arguments/help.ts";
import { overview } from "../../lib/cli/overview.ts";
import type { Ended } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, type Running } from "./shell.ts";

/** Where an example came from, by the example without the remark behind it. */
export function examplesOf(): Map<string, string> {
  const found = new Map<string, string>();
  const add = (where: string, help: string) => {
    for (const example of linesOf(help)) {
      if (!found.has(example)) found.set(example, where);
    }
  };
  add("winipc --help", overview());
  for (const each of [GRAMMAR, COMMANDS]) {
    for (const [name, found] of Object.entries(each)) {
      add(`winipc ${name} --help`, helpOf(name, found));
    }
  }
  return found;
}

/** Indented lines that begin a command, whole: shells differ in what continues one. */
function linesOf(help: string): string[] {
  return help.split("\n").flatMap((line) => {
    const [, example] =
      /^ {2}((?:type \S+ \| )?winipc .*?|eval .*?|winipc)(?: {2,}.*)?$/
        .exec(line) ?? [];
    // A usage line has "[options]", or repeats: "[ARG...]".
    const usage = /\[options\]|\.\.\.\]/.test(example ?? "");
    return example === undefined || usage ? [] : [example];
  });
}

/** What is typed: the words behind `winipc`, and where stdin and stdout are. */
interface Typed {
  readonly args: string[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Takes a line apart as a shell does. */
export function typed(line: string): Typed {
  const [, file, rest = line] = /^type (\S+) \| (.*)$/.exec(line) ?? [];
  const words = rest.match(/(?:[^\s"]|"(?:\\"|[^"])*")+/g)!
    .map((word) =>
      word.replace(
        /"((?:\\"|[^"])*)"/g,
        (_all, text) => text.replaceAll('\\"', '"'),
      )
    );
  const [program, ...args] = words;
  assertEquals(program, "winipc");
  const behind = (sign: string) => {
    const at = args.indexOf(sign);
    return at < 0 ? undefined : args.splice(at, 2)[1];
  };
  const from = behind("<") ?? file;
  return { args, from, to: behind(">") };
}

/** How a test may change a line that cannot be the same everywhere. */
export interface Changes {
  /** What stands for what, such as a port that is free for 8080. */
  readonly replace?: readonly [printed: string, here: string];
  /** What is typed on stdin. */
  readonly input?: string;
  /** @default {0} */
  readonly code?: number;
}

/** Examples that are to be run, each at least once. */
export class Examples {
  readonly #open: Map<string, string>;
  readonly #all: ReadonlyMap<string, string>;

  constructor() {
    this.#all = examplesOf();
    this.#open = new Map(this.#all);
  }

  /** Runs one to its end, here, and tells what it printed. */
  async run(line: string, changes: Changes = {}): Promise<string> {
    const { args, from, to } = this.#typed(line, changes);
    const input = changes.input ??
      (from === undefined ? "" : await Deno.readFile(from));
    const ended = await runHere(args, { input });
    assertEquals(ended.code, changes.code ?? 0, `${line}: ${ended.stderr}`);
    if (to !== undefined) await Deno.writeFile(to, ended.bytes);
    return ended.stdout;
  }

  /** Begins one in the other process, and waits until it is ready. */
  async begin(line: string, changes: Changes = {}): Promise<Running> {
    const { args, from } = this.#typed(line, changes);
    const input = changes.input ??
      (from === undefined ? undefined : await Deno.readTextFile(from));
    const running = await begin(args, input);
    await running.ready();
    return running;
  }

  /** Runs one to its end in the other process. */
  async runThere(line: string, changes: Changes = {}): Promise<Ended> {
    const { args } = this.#typed(line, changes);
    await using running = await begin(args, changes.input ?? "");
    const ended = await running.ended();
    assertEquals(ended.code, changes.code ?? 0, `${line}: ${ended.stderr}`);
    return ended;
  }

  /** The words of one that the test runs by itself. */
  args(line: string): string[] {
    return this.#typed(line, {}).args;
  }

  /** Crosses out those that match: they need what is not here. */
  except(pattern: RegExp): void {
    for (const line of this.open) {
      if (pattern.test(line)) this.#open.delete(line);
    }
  }

  /** Those that have not been run. */
  get open(): string[] {
    return [...this.#open.keys()];
  }

  #typed(
    line: string,
    { replace: [printed, here] = ["", ""] }: Changes,
  ): Typed {
    assert(this.#all.has(line), `No help has the example "${line}"`);
    this.#open.delete(line);
    return typed(printed === "" ? line : line.replace(printed, here));
  }
}
