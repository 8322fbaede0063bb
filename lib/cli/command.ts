/**
 * All commands by their words, and the types of a parsed command line.
 *
 * @module
 */
import {
  type CommandGroup,
  commandsOf,
  type CommandSpec,
} from "./arguments/spec.ts";
import type { GlobalOptions } from "./arguments/global_options.ts";
import { ANON } from "./commands/anon/spec.ts";
import { CLIPBOARD } from "./commands/clipboard/spec.ts";
import { COMPLETIONS } from "./completions/spec.ts";
import { DDE } from "./commands/dde/spec.ts";
import { DEMO } from "./demo/spec.ts";
import { DOCTOR } from "./doctor/spec.ts";
import { MAILSLOT } from "./commands/mailslot/spec.ts";
import { MAP } from "./commands/map/spec.ts";
import { MESSAGE } from "./commands/message/spec.ts";
import { OBJECTS } from "./commands/objects/spec.ts";
import { PIPE } from "./commands/pipe/spec.ts";
import { RELAY } from "./commands/relay/spec.ts";
import { RPC } from "./commands/rpc/spec.ts";
import { SHM } from "./commands/shm/spec.ts";
import { SOCKET } from "./commands/socket/spec.ts";
import { TRACE } from "./trace/spec.ts";

/** `--help`, and a bare `winipc`. */
export interface Help {
  readonly kind: "help";
  readonly text: string;
  /** Whether the user requested it. */
  readonly requested: boolean;
}

export interface Version {
  readonly kind: "version";
}

/** A command to run, and its input, whose type is its spec's. */
export interface Run {
  readonly [name: string]: unknown;
  /** Its name. */
  readonly kind:
    | "relay"
    | "objects"
    | "demo"
    | "doctor"
    | `${string} ${string}`;
  readonly common: GlobalOptions;
}

export type Command = Help | Version | Run;

/** The first words, and their specs. */
export const GRAMMAR: Readonly<Record<string, CommandGroup | CommandSpec>> = {
  mailslot: MAILSLOT,
  pipe: PIPE,
  shm: SHM,
  map: MAP,
  message: MESSAGE,
  clipboard: CLIPBOARD,
  anon: ANON,
  socket: SOCKET,
  rpc: RPC,
  dde: DDE,
  relay: RELAY,
  objects: OBJECTS,
  trace: TRACE,
  demo: DEMO,
  doctor: DOCTOR,
  completions: COMPLETIONS,
};

/** Every command, by its whole name. */
export const COMMANDS: Readonly<Record<string, CommandSpec>> = Object.assign(
  {},
  ...Object.entries(GRAMMAR).map(([name, found]) => commandsOf(name, found)),
);
