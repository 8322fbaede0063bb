import type { ScenarioName } from "./spec.ts";
import { MESSAGE_ENCODING } from "../commands/message/spec.ts";

/** The messages of the two sides of a scenario. */
export interface ScenarioData {
  readonly title: string;
  /** The lines that A reads and B prints. */
  readonly a: readonly string[];
  /** The lines that B reads and A prints. */
  readonly b: readonly string[];
  /** There is no input: A knows its text, and keeps it until it gets a line. */
  readonly holds?: boolean;
  /** B waits for A's messages, and ends when it has all of them. */
  readonly waits?: boolean;
  /** A starts B itself, and B's events come with A's. */
  readonly alone?: boolean;
  /** The default of `--encoding`, unless it is the usual one. */
  readonly encoding?: string;
  /** There is no input: both get the name of a file with this text. */
  readonly file?: string;
}

export const SCENARIO_DATA: Readonly<Record<ScenarioName, ScenarioData>> = {
  pipe: {
    title: "two named pipes, one for each direction",
    a: ["hello from A", "中文 😀"],
    b: ["hello from B", "ünïcode"],
  },
  mailslot: {
    title: 'a mailslot that A reads and B writes, until "Exit"',
    a: [],
    b: ["hello from B", "中文 😀"],
  },
  shm: {
    title: "shared memory that A creates and writes, and B opens and reads",
    a: ["Shine"],
    b: [],
    holds: true,
  },
  map: {
    title: "a file that A reads and edits in memory, and B reads",
    a: ["Swine"],
    b: ["Shine"],
    file: "Shine",
  },
  message: {
    title: "a window of B that A sends to by WM_COPYDATA",
    a: ["hello from A", "ünï 中文 😀"],
    b: [],
    waits: true,
    encoding: MESSAGE_ENCODING,
  },
  clipboard: {
    title: "the clipboard, which A writes and B watches",
    a: ["ünï 中文 😀 from A"],
    b: [],
    waits: true,
  },
  anon: {
    title: "an anonymous pipe that A creates, and its child B inherits",
    a: ["hello from A", "ünï 中文 😀"],
    b: [],
    alone: true,
  },
  socket: {
    title: "a TCP socket of this computer that A listens at, and B connects to",
    a: ["hello from A", "ünï 中文 😀"],
    b: [],
  },
  dde: {
    title: "a DDE item that A serves and changes, and B watches",
    a: ["hello from A", "ünï 中文 😀"],
    b: [],
  },
  rpc: {
    title: "a procedure that A serves by RPC, and B calls for each line",
    a: ["hello from A", "ünï 中文 😀"],
    b: [],
  },
};
