/**
 * Finds the object of each call of a trace, across processes: a process may
 * have inherited an object without its name. Pure functions.
 *
 * @module
 */
import type { TraceAction, TraceRecord } from "../../../mod.ts";

/** The effect of a call, and its object. */
export interface ObjectAction {
  readonly action: TraceAction;
  /** The same key for all names of an object. */
  readonly key: string;
  /** Its name. */
  readonly label: string;
  readonly mechanism: string | undefined;
}

/** Its window only wakes its thread. */
const CONTROL_CLASS = "winipc.control";
const HANDLES = [
  "hFile",
  "hNamedPipe",
  "hObject",
  "hHandle",
  "hEvent",
  "hMutex",
  "hSemaphore",
  "hFileMappingObject",
];

/** The objects of some calls, which are ordered by time. */
export class TracedObjects {
  readonly #titles = new Map<string, string>();
  readonly #control = new Set<string>();
  readonly #mechanisms = new Map<string, string>();
  /** By process, then by handle. */
  readonly #handles = new Map<number, Map<string, string>>();
  readonly #inherited = new Map<number, Map<string, string>>();

  /**
   * Reads all calls once, because later information also applies to earlier
   * ones.
   */
  constructor(calls: readonly TraceRecord[]) {
    for (const call of calls) {
      this.#window(call);
      this.#handle(call);
      for (const { object, mechanism } of [call, ...call.completed ?? []]) {
        if (object === undefined || mechanism === undefined) continue;
        const key = keyOf(object);
        if (!this.#mechanisms.has(key)) this.#mechanisms.set(key, mechanism);
      }
    }
  }

  /**
   * The effect of a call, or of the operation that it completes; undefined if
   * no object is known.
   */
  objectActionOf(
    pid: number,
    { action, object, mechanism }: {
      action?: TraceAction;
      object?: string;
      mechanism?: string;
    },
    call?: TraceRecord,
  ): ObjectAction | undefined {
    const name = object ?? (call && this.#inheritedBy(pid, call));
    if (action === undefined || name === undefined) return undefined;
    const key = keyOf(name);
    if (this.#control.has(key)) return undefined;
    const title = this.#titles.get(key);
    return {
      action,
      key,
      label: title ? `window "${title}"` : name,
      mechanism: mechanism ?? this.#mechanisms.get(key),
    };
  }

  #window({ name, object, args, result }: TraceRecord): void {
    if (name === "CreateWindowExW" && object !== undefined) {
      const title = textOf(args.lpWindowName);
      if (title) this.#titles.set(keyOf(object), title);
      if (textOf(args.lpClassName) === CONTROL_CLASS) {
        this.#control.add(keyOf(object));
      }
    }
    if (name === "FindWindowExW" && typeof result === "string") {
      const title = textOf(args.lpszWindow);
      if (title) this.#titles.set(keyOf(`window ${result}`), title);
    }
  }

  /** Keeps the handles of a process, and passes them on to its children. */
  #handle({ pid, name, action, object, args, result }: TraceRecord): void {
    const own = this.#handles.get(pid) ?? new Map<string, string>();
    this.#handles.set(pid, own);
    if (object === undefined) return;
    const child = /^process (\d+)$/.exec(object)?.[1];
    if (name === "CreateProcessW" && child !== undefined) {
      this.#inherited.set(Number(child), new Map(own));
    } else if (name === "DuplicateHandle") {
      const [copy] = valuesOf(args.lpTargetHandle);
      if (typeof copy === "string") own.set(copy, object);
    } else if (action === "create" || action === "open") {
      if (typeof result === "string") own.set(result, object);
    }
  }

  #inheritedBy(pid: number, { args }: TraceRecord): string | undefined {
    const inherited = this.#inherited.get(pid);
    if (inherited === undefined) return undefined;
    const handle = HANDLES.map((name) => args[name])
      .find((value) => typeof value === "string");
    return typeof handle === "string" ? inherited.get(handle) : undefined;
  }
}

/** Windows' names are not case-sensitive, and names are in `Local\` by default. */
function keyOf(name: string): string {
  return name.toLowerCase().replace(/^local\\/, "");
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null && "text" in value
    ? String(value.text)
    : "";
}

function valuesOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null && "values" in value
    ? value.values as readonly unknown[]
    : [];
}
