/**
 * The fields of what `--json` prints. Each command's spec lists its events;
 * `winipc help json` prints them, and a test compares them with the commands'
 * output.
 *
 * @module
 */

/**
 * The fields of an event, by name. `?` after a type: the field may be absent;
 * `|null`: it may be null. Every event has `at`, a time.
 */
export type EventFields = Readonly<Record<string, string>>;

/** The events that a command prints, by name. */
export type Events = Readonly<Record<string, EventFields>>;

/** The sent or received data: `text`, or with `--hex` `hex`, never both. */
export const CONTENT = {
  text: "string?",
  hex: "string?",
  bytes: "integer",
} as const;
