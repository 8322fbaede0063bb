/**
 * Runs a command. Its module is loaded only then, which keeps the start fast:
 * `pipe serve` is `commands/pipe/serve.ts`, and `MODULES` has the exceptions.
 * A test checks that each command has its module.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import type { Command, Run } from "./command.ts";
import type { Environment } from "./environment.ts";
import { EXIT } from "./exit_code.ts";
import { load } from "./load.ts";

/** Modules outside `commands/<mechanism>/<verb>.ts`. */
const MODULES: Readonly<Record<string, string>> = {
  relay: "commands/relay/run.ts",
  objects: "commands/objects/run.ts",
  demo: "demo/run.ts",
  "demo echo": "demo/echo.ts",
  doctor: "doctor/run.ts",
  "trace view": "trace/view.ts",
  completions: "completions/run.ts",
};

interface CommandModule {
  /** Resolves to the exit code if the command has one. */
  run(command: Run, env: Environment): Promise<number | void>;
}

/** The module that runs a command, or a side of the demo. */
export function moduleOf(command: Run): string {
  const { kind } = command;
  if (kind === "demo side") return `demo/sides/${command.scenario}.ts`;
  return MODULES[kind] ?? `commands/${kind.replace(" ", "/")}.ts`;
}

/** Runs a command; resolves to the exit code, or rejects. */
export async function run(command: Command, env: Environment): Promise<number> {
  switch (command.kind) {
    case "help":
      if (command.requested) await env.out(command.text);
      else env.log(command.text.trimEnd());
      return command.requested ? EXIT.done : EXIT.usage;
    case "version":
      await env.out(`winipc ${config.version}\n`);
      return EXIT.done;
    default: {
      const module = await load<CommandModule>(moduleOf(command));
      return await module.run(command, env) ?? EXIT.done;
    }
  }
}
