/** An event of one side of a scenario: a line of `--json`. */
export interface SideEvent {
  readonly event: string;
  readonly mechanism: string;
  readonly side: "a" | "b";
  readonly pid: number;
  /** The object's name. */
  readonly name: string;
  /** The time, to the microsecond. */
  readonly at: string;
  /** The value of the object's `HANDLE`, or of a window's `HWND`. */
  readonly handle?: number;
  /** The sent or received text. */
  readonly text?: string;
  readonly bytes?: number;
}

export interface Outcome {
  /** The events of both sides, in order. */
  readonly events: readonly SideEvent[];
  readonly milliseconds: number;
  /** The reason of a failure. */
  readonly error: string | undefined;
}

export function microseconds(at: string): number {
  return Date.parse(at) * 1000 + Number(at.slice(-4, -1));
}
