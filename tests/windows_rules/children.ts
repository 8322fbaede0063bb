/**
 * Brings the rules into the Deno processes that an isolate under them starts,
 * by `Deno.Command` and by `CreateProcessW`.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { Native } from "../../lib/win32/table.ts";
import { fromUtf16, toUtf16 } from "../../lib/win32/utf16.ts";
import { isRulesFlag, preloadFlag, rulesFlag } from "./import_map.ts";
import { ON_ARM64 } from "./processor.ts";

/** The modules of the rules. */
const MODULES = ["./", "../support/import_map.json", "../../deno.json"]
  .map((path) => new URL(path, import.meta.url));

/** What a test replaces in a child is in a map of its own. */
const SCOPED = /^--import-map=data:application\/json,(.*)$/;

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
        isDeno(command) && runs(verb)
          ? { ...options, args: [verb!, ...withRules(rest)] }
          : options,
      );
    }
  };
}

/** `CreateProcessW`, which adds the rules to a Deno's command line. */
export function createProcessUnderRules(native: Native): Native {
  return (application, commandLine, ...rest) => {
    const words = commandLine instanceof Uint8Array
      ? fromUtf16(commandLine).split(" ")
      : [];
    const at = words.findIndex(runs) + 1;
    if (
      at > 0 && application instanceof Uint8Array &&
      isDeno(fromUtf16(application))
    ) {
      const args = [...words.slice(0, at), ...withRules(words.slice(at))];
      commandLine = toUtf16(args.join(" "));
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

/** The thread of windows loads the rules, too: a Worker's modules must be readable. */
function readable(flag: string): string {
  return flag.startsWith("--allow-read=")
    ? [flag, ...MODULES.map((url) => fileURLToPath(url))].join(",")
    : flag;
}

/** The import map of the rules instead of another one, whose scopes it takes over. */
function withRules(args: readonly string[]): string[] {
  if (args.some(isRulesFlag)) return [...args];
  const isMap = (arg: string) => arg.startsWith("--import-map=");
  const [, text] = SCOPED.exec(args.find(isMap) ?? "") ?? [];
  const { scopes } = JSON.parse(decodeURIComponent(text ?? "%7B%7D"));
  return [
    rulesFlag({ scopes }),
    ...ON_ARM64 ? [preloadFlag()] : [],
    ...args.filter((arg) => !isMap(arg)).map(readable),
  ];
}
