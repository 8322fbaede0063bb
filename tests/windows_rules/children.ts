/**
 * Brings the rules into the Deno processes that an isolate under them starts,
 * by `Deno.Command` and by `CreateProcessW`.
 *
 * @module
 */

import type { Native } from "../../lib/win32/binding.ts";
import { fromWide, toWide } from "../../lib/win32/wide.ts";
import { rulesFlag } from "./import_map.ts";

/** Another import map than that of the rules, which says where `@std` is. */
const OTHER_MAP = /^--import-map=(?!data:)/;

/** Adds the rules to every Deno that `Deno.Command` starts. */
export function passRulesOn(): void {
  const { Command } = Deno;
  if ("underRules" in Command) return;
  Deno.Command = class extends Command {
    static readonly underRules = true;

    constructor(command: string | URL, options: Deno.CommandOptions = {}) {
      const [verb, ...rest] = options.args ?? [];
      super(
        command,
        isDeno(command) && runs(verb) && !hasRules(rest)
          ? { ...options, args: [verb!, rulesFlag(), ...withoutMap(rest)] }
          : options,
      );
    }
  };
}

/** `CreateProcessW`, which adds the rules to a Deno's command line. */
export function createProcessUnderRules(native: Native): Native {
  return (application, commandLine, ...rest) => {
    const words = commandLine instanceof Uint8Array
      ? fromWide(commandLine).split(" ")
      : [];
    const at = words.findIndex(runs);
    if (
      application instanceof Uint8Array && isDeno(fromWide(application)) &&
      at > 0 && !hasRules(words)
    ) {
      const [before, after] = [words.slice(0, at + 1), words.slice(at + 1)];
      commandLine = toWide(
        [...before, rulesFlag(), ...withoutMap(after)].join(" "),
      );
    }
    return native(application, commandLine, ...rest);
  };
}

function isDeno(program: string | URL): boolean {
  return String(program).toLowerCase() === Deno.execPath().toLowerCase();
}

function runs(verb: string | undefined): boolean {
  return verb === "run" || verb === "test";
}

function hasRules(args: readonly string[]): boolean {
  return args.some((arg) => arg.startsWith("--import-map=data:"));
}

function withoutMap(args: readonly string[]): string[] {
  return args.filter((arg) => !OTHER_MAP.test(arg));
}
