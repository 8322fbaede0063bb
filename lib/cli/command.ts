import { ANON, type AnonRun } from "./anon.ts";
import { CLIPBOARD, type ClipboardCommand } from "./clipboard.ts";
import { COMPLETIONS, type Completions } from "./completions.ts";
import { DDE, type DdeCommand } from "./dde.ts";
import { DEMO, type Demo, type DemoEcho, type DemoSide } from "./demo.ts";
import { DOCTOR, type Doctor } from "./doctor.ts";
import type { Group, Verb } from "./grammar.ts";
import { MAILSLOT, type MailslotRead, type MailslotWrite } from "./mailslot.ts";
import { MAP, type MapCommand } from "./map.ts";
import { MESSAGE, type MessageCommand } from "./message.ts";
import { PIPE, type PipeCommand } from "./pipe.ts";
import { RELAY, type RelayCommand } from "./relay.ts";
import { RPC, type RpcCommand } from "./rpc.ts";
import { SHM, type ShmCommand } from "./shm.ts";
import { SOCKET, type SocketCommand } from "./socket.ts";
import { TRACE, type TraceView } from "./trace.ts";

/** `--help`, and a bare `winipc`. */
export interface Help {
  readonly kind: "help";
  readonly text: string;
  /** Whether it was asked for. */
  readonly asked: boolean;
}

/** `--version`. */
export interface Version {
  readonly kind: "version";
}

/** Everything that can be typed. */
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

/** The first words, and what they lead to. */
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
