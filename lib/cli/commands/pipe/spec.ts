/**
 * The grammar of `winipc pipe`.
 *
 * @module
 */
import type { PipeMode } from "../../../../mod.ts";
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import {
  CALL_HELP,
  CONNECT_HELP,
  INFO_HELP,
  LIST_HELP,
  PIPE_HELP,
  SERVE_HELP,
} from "./help.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export interface PipeServe {
  readonly kind: "pipe serve";
  readonly name: string;
  readonly mode: PipeMode;
  /** Send back what comes. */
  readonly echo: boolean;
  /** End when the first client has left. */
  readonly once: boolean;
  /** How many clients at once. */
  readonly max: number;
  readonly sddl: string | undefined;
  readonly allowRemote: boolean;
  readonly common: Common;
}

export interface PipeConnect {
  readonly kind: "pipe connect";
  readonly name: string;
  /** `undefined` for the one that the server made the pipe for. */
  readonly mode: PipeMode | undefined;
  /** The messages; none for the lines of stdin. */
  readonly messages: readonly string[];
  readonly common: Common;
}

export interface PipeCall {
  readonly kind: "pipe call";
  readonly name: string;
  readonly message: string;
  readonly common: Common;
}

export interface PipeInfoCommand {
  readonly kind: "pipe info";
  readonly name: string;
  readonly common: Common;
}

export interface PipeList {
  readonly kind: "pipe list";
  readonly common: Common;
}

export type PipeCommand =
  | PipeServe
  | PipeConnect
  | PipeCall
  | PipeInfoCommand
  | PipeList;

const MODES = ["byte", "message"] as const;

export const PIPE: Group<PipeCommand> = {
  help: PIPE_HELP,
  verbs: {
    serve: {
      help: SERVE_HELP,
      values: ["mode", "max", "sddl"],
      choices: { mode: MODES },
      flags: ["echo", "once", "allow-remote"],
      read(args, common) {
        args.atMost(1);
        return {
          kind: "pipe serve",
          name: args.operands[0] ?? "winipc",
          mode: args.choice("mode", MODES) ?? "message",
          echo: args.flag("echo"),
          once: args.flag("once"),
          max: args.integer("max", 1) ?? Infinity,
          sddl: args.text("sddl"),
          allowRemote: args.flag("allow-remote"),
          common,
        };
      },
    },
    connect: {
      help: CONNECT_HELP,
      values: ["mode"],
      choices: { mode: MODES },
      read(args, common) {
        const [name = "winipc", ...messages] = args.operands;
        const mode = args.choice("mode", MODES);
        return { kind: "pipe connect", name, mode, messages, common };
      },
    },
    call: {
      help: CALL_HELP,
      read(args, common) {
        args.atMost(2);
        const name = needed(args, 0, "call NAME MESSAGE");
        const message = needed(args, 1, "call NAME MESSAGE");
        return { kind: "pipe call", name, message, common };
      },
    },
    info: {
      help: INFO_HELP,
      read(args, common) {
        args.atMost(1);
        return {
          kind: "pipe info",
          name: needed(args, 0, "info NAME"),
          common,
        };
      },
    },
    list: {
      help: LIST_HELP,
      read(args, common) {
        args.atMost(0);
        return { kind: "pipe list", common };
      },
    },
  },
};

function needed(args: Arguments, at: number, usage: string): string {
  const operand = args.operands[at];
  if (operand !== undefined) return operand;
  throw new UsageError(`Something is missing: give "pipe ${usage}"`);
}
