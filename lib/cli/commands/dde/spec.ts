/**
 * The grammar of `winipc dde`.
 *
 * @module
 */
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import {
  ADVISE_HELP,
  DDE_HELP,
  EXECUTE_HELP,
  LIST_HELP,
  POKE_HELP,
  REQUEST_HELP,
  SERVE_HELP,
} from "./help.ts";
import type { Group } from "../../arguments/grammar.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** Whom to talk to, and about what. */
export interface DdeAddress {
  readonly service: string;
  readonly topic: string;
}

export interface DdeServe extends DdeAddress {
  readonly kind: "dde serve";
  /** The items, and their texts. */
  readonly items: readonly (readonly [item: string, text: string])[];
  readonly common: Common;
}

export interface DdeRequest extends DdeAddress {
  readonly kind: "dde request";
  readonly item: string;
  readonly format: string | undefined;
  readonly common: Common;
}

export interface DdePoke extends DdeAddress {
  readonly kind: "dde poke";
  readonly item: string;
  /** The values; none for the lines of stdin. */
  readonly messages: readonly string[];
  readonly format: string | undefined;
  readonly common: Common;
}

export interface DdeExecute extends DdeAddress {
  readonly kind: "dde execute";
  /** The commands; none for the lines of stdin. */
  readonly messages: readonly string[];
  readonly common: Common;
}

export interface DdeAdvise extends DdeAddress {
  readonly kind: "dde advise";
  readonly item: string;
  readonly warm: boolean;
  readonly format: string | undefined;
  readonly common: Common;
}

export interface DdeList {
  readonly kind: "dde list";
  readonly service: string | null;
  readonly topic: string | null;
  readonly common: Common;
}

export type DdeCommand =
  | DdeServe
  | DdeRequest
  | DdePoke
  | DdeExecute
  | DdeAdvise
  | DdeList;

/** What DDE carries, unless `--encoding` says otherwise. */
export const DDE_ENCODING = "utf-16le";

export const DDE: Group<DdeCommand> = {
  help: DDE_HELP,
  verbs: {
    serve: {
      help: SERVE_HELP,
      encoding: DDE_ENCODING,
      read(args, common) {
        const address = addressOf(args, "serve");
        const items = args.operands.slice(2).map(itemOf);
        return { kind: "dde serve", ...address, items, common };
      },
    },
    request: {
      help: REQUEST_HELP,
      values: ["format"],
      encoding: DDE_ENCODING,
      read(args, common) {
        args.atMost(3);
        const kind = "dde request";
        return { kind, ...aboutItem(args, "request"), common };
      },
    },
    poke: {
      help: POKE_HELP,
      values: ["format"],
      encoding: DDE_ENCODING,
      read(args, common) {
        const messages = args.operands.slice(3);
        return {
          kind: "dde poke",
          ...aboutItem(args, "poke"),
          messages,
          common,
        };
      },
    },
    execute: {
      help: EXECUTE_HELP,
      encoding: DDE_ENCODING,
      read(args, common) {
        const address = addressOf(args, "execute");
        const messages = args.operands.slice(2);
        return { kind: "dde execute", ...address, messages, common };
      },
    },
    advise: {
      help: ADVISE_HELP,
      values: ["format"],
      flags: ["warm"],
      encoding: DDE_ENCODING,
      read(args, common) {
        args.atMost(3);
        const warm = args.flag("warm");
        return {
          kind: "dde advise",
          ...aboutItem(args, "advise"),
          warm,
          common,
        };
      },
    },
    list: {
      help: LIST_HELP,
      read(args, common) {
        args.atMost(2);
        const [service = null, topic = null] = args.operands;
        return { kind: "dde list", service, topic, common };
      },
    },
  },
};

function addressOf(args: Arguments, verb: string): DdeAddress {
  const [service, topic] = args.operands;
  if (service !== undefined && topic !== undefined) return { service, topic };
  throw new UsageError(`Say whom, and about what: "dde ${verb} SERVICE TOPIC"`);
}

function aboutItem(
  args: Arguments,
  verb: string,
): DdeAddress & { item: string; format: string | undefined } {
  const address = addressOf(args, verb);
  const item = args.operands[2];
  const format = args.text("format");
  if (item !== undefined) return { ...address, item, format };
  throw new UsageError(`Say which item: "dde ${verb} SERVICE TOPIC ITEM"`);
}

/** `ITEM=VALUE` taken apart. */
export function itemOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`"${text}" is no item: give ITEM=VALUE`);
}
