/** What one side of a scenario tells: a line of `--json`. */
export interface SideEvent {
  readonly event: string;
  readonly mechanism: string;
  readonly side: "a" | "b";
  readonly pid: number;
  /** The object's name. */
  readonly name: string;
  /** When, to the microsecond. */
  readonly at: string;
  /** The value of the object's `HANDLE`, or of a window's `HWND`. */
  readonly handle?: number;
  /** What was sent or has come. */
  readonly text?: string;
  readonly bytes?: number;
}

export interface Outcome {
  /** What both sides did, in order. */
  readonly events: readonly SideEvent[];
  readonly milliseconds: number;
  /** Why it failed. */
  readonly error: string | undefined;
}

/** An event's time in microseconds. */
export function microseconds(at: string): number {
  return Date.parse(at) * 1000 + Number(at.slice(-4, -1));
}
