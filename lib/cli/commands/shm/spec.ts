/**
 * The grammar of `winipc shm`.
 *
 * @module
 */
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import {
  CREATE_HELP,
  INFO_HELP,
  READ_HELP,
  SHM_HELP,
  WRITE_HELP,
} from "./help.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export interface ShmCreate {
  readonly kind: "shm create";
  readonly name: string;
  /** What the memory holds; `undefined` for a file, or stdin. */
  readonly text: string | undefined;
  /** The file whose bytes the memory holds. */
  readonly file: string | undefined;
  /** How many bytes the memory has. */
  readonly size: number;
  /** How long it is there, in ms; `undefined` for ever. */
  readonly hold: number | undefined;
  readonly common: Common;
}

export interface ShmRead {
  readonly kind: "shm read";
  readonly name: string;
  readonly offset: number;
  /** How many bytes; `undefined` for those before the first NUL. */
  readonly length: number | undefined;
  readonly common: Common;
}

export interface ShmWrite {
  readonly kind: "shm write";
  readonly name: string;
  readonly text: string;
  readonly offset: number;
  /** A NUL behind the text. */
  readonly nul: boolean;
  readonly common: Common;
}

export interface ShmInfo {
  readonly kind: "shm info";
  readonly name: string;
  readonly common: Common;
}

export type ShmCommand = ShmCreate | ShmRead | ShmWrite | ShmInfo;

const DEFAULT_NAME = "ShareMemory";
const DEFAULT_SIZE = 4096;

export const SHM: Group<ShmCommand> = {
  help: SHM_HELP,
  verbs: {
    create: {
      help: CREATE_HELP,
      values: ["size", "file", "hold"],
      read(args, common) {
        args.atMost(2);
        const [name = DEFAULT_NAME, text] = args.operands;
        const file = args.text("file");
        if (text !== undefined && file !== undefined) {
          throw new UsageError("TEXT and --file: give one of them");
        }
        return {
          kind: "shm create",
          name,
          text,
          file,
          size: args.integer("size", 1) ?? DEFAULT_SIZE,
          hold: args.integer("hold", 0),
          common,
        };
      },
    },
    read: {
      help: READ_HELP,
      values: ["offset", "length"],
      read(args, common) {
        args.atMost(1);
        return {
          kind: "shm read",
          name: args.operands[0] ?? DEFAULT_NAME,
          offset: args.integer("offset", 0) ?? 0,
          length: args.integer("length", 1),
          common,
        };
      },
    },
    write: {
      help: WRITE_HELP,
      values: ["offset"],
      flags: ["nul"],
      read(args, common) {
        args.atMost(2);
        return {
          kind: "shm write",
          name: needed(args, 0, "write NAME TEXT"),
          text: needed(args, 1, "write NAME TEXT"),
          offset: args.integer("offset", 0) ?? 0,
          nul: args.flag("nul"),
          common,
        };
      },
    },
    info: {
      help: INFO_HELP,
      read(args, common) {
        args.atMost(1);
        return { kind: "shm info", name: needed(args, 0, "info NAME"), common };
      },
    },
  },
};

function needed(args: Arguments, at: number, usage: string): string {
  const operand = args.operands[at];
  if (operand !== undefined) return operand;
  throw new UsageError(`Something is missing: give "shm ${usage}"`);
}
