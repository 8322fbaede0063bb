import { DEMO, type Demo, type DemoSide } from "./demo.ts";
import { DOCTOR, type Doctor } from "./doctor.ts";
import type { Group, Verb } from "./grammar.ts";
import { MAILSLOT, type MailslotRead, type MailslotWrite } from "./mailslot.ts";
import { MAP, type MapCommand } from "./map.ts";
import { PIPE, type PipeCommand } from "./pipe.ts";
import { SHM, type ShmCommand } from "./shm.ts";

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
  | Demo
  | DemoSide
  | Doctor;

/** The first words, and what they lead to. */
export const GRAMMAR: Readonly<
  Record<string, Group<Command> | Verb<Command>>
> = {
  mailslot: MAILSLOT,
  pipe: PIPE,
  shm: SHM,
  map: MAP,
  demo: DEMO,
  doctor: DOCTOR,
};
