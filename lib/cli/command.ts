import { ANON, type AnonRun } from "./commands/anon/spec.ts";
import { CLIPBOARD, type ClipboardCommand } from "./commands/clipboard/spec.ts";
import { COMPLETIONS, type Completions } from "./completions/spec.ts";
import { DDE, type DdeCommand } from "./commands/dde/spec.ts";
import { DEMO, type Demo, type DemoEcho, type DemoSide } from "./demo/spec.ts";
import { DOCTOR, type Doctor } from "./doctor/spec.ts";
import type { Group, Verb } from "./arguments/grammar.ts";
import {
  MAILSLOT,
  type MailslotRead,
  type MailslotWrite,
} from "./commands/mailslot/spec.ts";
import { MAP, type MapCommand } from "./commands/map/spec.ts";
import { MESSAGE, type MessageCommand } from "./commands/message/spec.ts";
import { PIPE, type PipeCommand } from "./commands/pipe/spec.ts";
import { RELAY, type RelayCommand } from "./commands/relay/spec.ts";
import { RPC, type RpcCommand } from "./commands/rpc/spec.ts";
import { SHM, type ShmCommand } from "./commands/shm/spec.ts";
import { SOCKET, type SocketCommand } from "./commands/socket/spec.ts";
import { TRACE, type TraceView } from "./trace/spec.ts";

/** `--help`, and a bare `winipc`. */
export interface Help {
  readonly kind: "help";
  readonly text: string;
  /** Whether the user asked for it. */
  readonly asked: boolean;
}

export interface Version {
  readonly kind: "version";
}

export type Command =
  | Help
  | Version
  | MailslotRead
  | MailslotWrite
  | PipeCommand
  | ShmCommand
  | MapCommand
  | MessageCommand
  | ClipboardCommand
  | AnonRun
  | SocketCommand
  | RpcCommand
  | DdeCommand
  | RelayCommand
  | Demo
  | DemoEcho
  | DemoSide
  | Completions
  | Doctor
  | TraceView;

/** The first words, and their parsers. */
export const GRAMMAR: Readonly<
  Record<string, Group<Command> | Verb<Command>>
> = {
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
  demo: DEMO,
  doctor: DOCTOR,
  trace: TRACE,
  completions: COMPLETIONS,
};
