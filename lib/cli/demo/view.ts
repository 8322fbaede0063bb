import type { ScenarioName } from "./spec.ts";
import type { Outcome, SideEvent } from "./event.ts";

/** A scenario that runs, or has run. */
export interface ScenarioRun {
  readonly name: ScenarioName;
  /** The events of both sides so far, in order. */
  readonly events: readonly SideEvent[];
  /** Its start, from `performance.now()`. */
  readonly since: number;
  /** Its result, once it is over. */
  readonly outcome?: Outcome | undefined;
}

export interface Reporter {
  /**
   * There is an event in one of `runs`: those that have started and are not
   * shown yet.
   */
  update?(runs: readonly ScenarioRun[]): void;
  /** Shows one that is over, in its turn. */
  show(run: ScenarioRun): Promise<void>;
  /** There are no more updates. */
  end?(): Promise<void>;
}

/** The name of an event, for people. */
export const WORDS: Readonly<Record<string, string>> = {
  created: "creates",
  opened: "opens",
  sent: "writes",
  message: "reads",
  closed: "closes",
};

/** A handle in the format of Windows' tools. */
export function shownHandle(handle: number): string {
  return `0x${handle.toString(16)}`;
}
