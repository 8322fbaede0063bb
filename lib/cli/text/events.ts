/**
 * The fields of what `--json` prints. Each command's spec lists its events, from
 * which its help and `winipc help json` are made; a test compares them with the
 * commands' output.
 *
 * @module
 */

/**
 * A sample of each field of an event, by name, whose type is the field's; a list
 * has one of each type. `?` after a name: the field may be absent. Every event has
 * `at`, a time.
 */
export type EventFields = Readonly<Record<string, unknown>>;

/** The events that a command prints, by name. */
export type Events = Readonly<Record<string, EventFields>>;

/** The sent or received data: `text`, or with `--hex` `hex`, never both. */
export function content(text = "hi", bytes: number = text.length): EventFields {
  return { "text?": text, "hex?": "", bytes };
}

/** A field of an event. */
export interface Field {
  readonly name: string;
  /** Its types, separated by "|". */
  readonly type: string;
  readonly optional: boolean;
  readonly sample: unknown;
}

/** The fields of an event, including `at`. */
export function fieldsOf(fields: EventFields): Field[] {
  const own = Object.entries(fields).map(([key, value]) => {
    const samples = Array.isArray(value) ? value : [value];
    return {
      name: key.replace("?", ""),
      type: samples.map(typeOf).join("|"),
      optional: key.endsWith("?"),
      sample: samples[0],
    };
  });
  return [...own, { name: "at", type: "time", optional: false, sample: "..." }];
}

function typeOf(sample: unknown): string {
  if (sample === null) return "null";
  return Number.isInteger(sample) ? "integer" : typeof sample;
}
