import type { ScenarioName } from "./spec.ts";
import type { Outcome, SideEvent } from "./event.ts";

/** A scenario that runs, or has run. */
export interface Play {
  readonly name: ScenarioName;
  /** What both sides have done so far, in order. */
  readonly events: readonly SideEvent[];
  /** When it began, as `performance.now()` tells it. */
  readonly since: number;
  /** How it went, once it is over. */
  readonly outcome?: Outcome | undefined;
}

/** How the scenarios are shown. */
export interface DemoView {
  /** Something has happened in one of `plays`: those that have begun and are not shown yet. */
  update(plays: readonly Play[]): void;
  /** Shows one that is over, in its turn. */
  show(play: Play): Promise<void>;
  /** Nothing more is updated. */
  end(): Promise<void>;
}

/** What an event is called where people read. */
export const WORDS: Readonly<Record<string, string>> = {
  created: "creates",
  opened: "opens",
  sent: "writes",
  message: "reads",
  closed: "closes",
};

/** A handle as Windows' tools show it. */
export function shownHandle(handle: number): string {
  return `0x${handle.toString(16)}`;
}

/** "1 byte", "2 bytes". */
export function shownBytes(bytes: number): string {
  return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
}
