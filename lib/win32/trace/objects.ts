/**
 * Finds the object of a call: handles by the calls that returned them,
 * addresses by the views that contain them.
 *
 * @module
 */

import {
  COPYDATASTRUCT,
  field,
  OVERLAPPED_ENTRY,
  PROCESS_INFORMATION,
} from "../structs.ts";
import { hex } from "./arguments.ts";
import type { CallArguments } from "./call_arguments.ts";
import { actionOf, isHandle } from "./metadata.ts";
import { HWND_MESSAGE } from "../constants.ts";
import { nameOfAttributes } from "./memory.ts";
import type {
  Subject,
  TraceAction,
  TraceCompletion,
  TraceObject,
} from "./record.ts";
import { Views } from "./views.ts";

interface Begun extends Subject {
  readonly seq: number;
}

const NAMES = ["lpFileName", "lpName", "lpNamedPipeName"];
const CLIPBOARD: TraceObject = {
  name: "the clipboard",
  mechanism: "clipboard",
};
const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;
/** The window that only wakes its thread. */
const CONTROL_CLASS = "winipc.control";

/** The objects that one thread has used. */
export class Objects {
  readonly #handles = new Map<bigint, TraceObject>();
  readonly #views = new Views();
  readonly #begun = new Map<bigint, Begun>();
  readonly #windows = new Map<bigint, TraceObject>();

  /**
   * The subject of a call that starts, if it is known before the call returns.
   * `within` is the enclosing call, if any.
   */
  subjectOf(args: CallArguments, within: string | undefined): Subject {
    const { name } = args.bound;
    const action = actionOf(name);
    switch (name) {
      case "RtlMoveMemory":
        return takesMessages(within)
          ? this.#received(args)
          : this.#views.copied(args, "Destination", "Source");
      case "ReadProcessMemory":
        return this.#views.copied(args, "lpBuffer", "lpBaseAddress");
      case "GetOverlappedResult":
        return this.#views.copied(
          args,
          "lpNumberOfBytesTransferred",
          "lpOverlapped",
        );
      case "UnmapViewOfFile":
      case "FlushViewOfFile":
      case "VirtualQuery":
        return {
          action,
          object: this.#views.named(args, "lpBaseAddress", "lpAddress"),
        };
      case "WaitForMultipleObjects":
        return { action, object: this.#among(args) };
      case "OpenProcess":
        return { action, object: processOf(args.number("dwProcessId")) };
      case "NtCreateMailslotFile":
        return { action, object: mailslotOf(args) };
    }
    if (name.includes("Clipboard")) return { action, object: CLIPBOARD };
    return { action, object: this.#known(args) ?? named(action, args) };
  }

  /** Learns from a successful call; returns its subject if it is known only now. */
  learn(args: CallArguments, result: unknown, subject: Subject): Subject {
    const { object } = subject;
    switch (args.bound.name) {
      case "CreateWindowExW":
        return this.#window(args, result as bigint, subject);
      case "DestroyWindow":
        this.#windows.delete(args.number("hWnd"));
        return subject;
      case "CreateProcessW":
        return { ...subject, object: this.#process(args) };
      case "NtCreateMailslotFile":
        this.#keep((args.get("FileHandle") as BigUint64Array)[0]!, object);
        return subject;
      case "DuplicateHandle":
        if (args.number("hTargetProcessHandle") === CURRENT_PROCESS) {
          this.#keep((args.get("lpTargetHandle") as BigUint64Array)[0], object);
        }
        return subject;
      case "CreateFileMappingW":
        this.#keep(result as bigint, object ?? this.#known(args));
        return subject;
      case "MapViewOfFile":
        if (object !== undefined) {
          const size = args.number("dwNumberOfBytesToMap");
          this.#views.add(result as bigint, size, object);
        }
        return subject;
      case "VirtualQuery":
        this.#views.measure(args);
        return subject;
      case "UnmapViewOfFile":
        this.#views.delete(args.number("lpBaseAddress"));
        return subject;
      case "CloseHandle":
        this.#handles.delete(args.number("hObject"));
        return subject;
    }
    const { action } = subject;
    if (action === "create" || action === "open") {
      this.#keep(result, object);
    }
    return subject;
  }

  /** An operation continues in the background. */
  begun(args: CallArguments, seq: number, subject: Subject): void {
    const overlapped = args.number("lpOverlapped");
    if (overlapped !== 0n) this.#begun.set(overlapped, { ...subject, seq });
  }

  /** The operations that `GetQueuedCompletionStatusEx` reports as completed. */
  completed(args: CallArguments): TraceCompletion[] {
    const entries = args.get("lpCompletionPortEntries") as Uint8Array;
    const [count = 0] = args.get("ulNumEntriesRemoved") as Uint32Array;
    const completions: TraceCompletion[] = [];
    for (let i = 0; i < count; i++) {
      const at = i * OVERLAPPED_ENTRY.size;
      const address = field(OVERLAPPED_ENTRY, entries, "lpOverlapped", at);
      const begun = this.#begun.get(address);
      this.#begun.delete(address);
      completions.push({
        overlapped: hex(address),
        bytes: field(
          OVERLAPPED_ENTRY,
          entries,
          "dwNumberOfBytesTransferred",
          at,
        ),
        ...begun && { of: begun.seq, ...fieldsOf(begun) },
      });
    }
    return completions;
  }

  #keep(handle: unknown, object: TraceObject | undefined): void {
    if (typeof handle !== "bigint" || handle === 0n) return;
    // A value that Windows reuses is another object from now on.
    if (object === undefined) this.#handles.delete(handle);
    else this.#handles.set(handle, object);
  }

  #window(args: CallArguments, handle: bigint, subject: Subject): Subject {
    const object = windowOf(handle);
    if (object && args.text("lpClassName") !== CONTROL_CLASS) {
      this.#windows.set(handle, object);
    }
    return { ...subject, object };
  }

  /** A window procedure receives data: the window is known if there is only one. */
  #received(args: CallArguments): Subject {
    const [object, other] = this.#windows.values();
    const isHead = args.number("Length") === BigInt(COPYDATASTRUCT.size);
    const takes = args.get("Destination") instanceof Uint8Array;
    return takes && !isHead && other === undefined
      ? { action: "read", object }
      : {};
  }

  #known(args: CallArguments): TraceObject | undefined {
    for (const [at, [name]] of args.bound.declaration.parameters.entries()) {
      const value = args.values[at];
      if (typeof value !== "bigint") continue;
      if (name === "hWnd" || name === "hwnd") return windowOf(value);
      if (isHandle(name)) return this.#handles.get(value);
    }
    return undefined;
  }

  #among(args: CallArguments): TraceObject | undefined {
    const handles = args.get("lpHandles");
    if (!(handles instanceof BigUint64Array)) return undefined;
    // The rest of the array may be of earlier waits.
    const waited = handles.subarray(0, Number(args.get("nCount")));
    return [...waited].map((handle) => this.#handles.get(handle))
      .find((object) => object !== undefined);
  }

  #process(args: CallArguments): TraceObject {
    const bytes = args.get("lpProcessInformation") as Uint8Array;
    const pid = field(PROCESS_INFORMATION, bytes, "dwProcessId");
    const object = processOf(BigInt(pid));
    this.#keep(field(PROCESS_INFORMATION, bytes, "hProcess"), object);
    return object;
  }
}

/** A subject in the form of a record. */
export function fieldsOf(
  { action, object }: Subject,
): { action?: TraceAction; object?: string; mechanism?: string } {
  return {
    ...action && { action },
    ...object && { object: object.name },
    ...object?.mechanism && { mechanism: object.mechanism },
  };
}

function named(
  action: TraceAction | undefined,
  args: CallArguments,
): TraceObject | undefined {
  if (action === undefined) return undefined;
  const name = NAMES.map((parameter) => args.text(parameter))
    .find((text) => text !== undefined);
  return name === undefined ? undefined : {
    name,
    mechanism: mechanismOnStack(),
  };
}

function mailslotOf(args: CallArguments): TraceObject | undefined {
  const name = nameOfAttributes(args.get("ObjectAttributes"));
  return name === undefined ? undefined : {
    name: name.replace(/^\\\?\?\\MAILSLOT\\/i, "\\\\.\\mailslot\\"),
    mechanism: "mailslot",
  };
}

function processOf(pid: bigint): TraceObject {
  return { name: `process ${pid}`, mechanism: mechanismOnStack() };
}

/** Whether it calls window procedures. */
function takesMessages(name: string | undefined): boolean {
  return name !== undefined &&
    /^(GetMessage|PeekMessage|Dispatch|MsgWait)/.test(name);
}

function windowOf(handle: bigint): TraceObject | undefined {
  if (handle === 0n || handle === HWND_MESSAGE) return undefined;
  return { name: `window ${hex(handle)}`, mechanism: mechanismOnStack() };
}

/** The folder of the mechanisms, as in paths and addresses. */
const LIBRARY = decodeURIComponent(new URL("../../", import.meta.url).pathname);
/** The layers below and above all mechanisms. */
const NO_MECHANISM = ["win32", "io", "window", "cli", "wine", "std", "trace"];
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "named-pipe": "pipe",
  "copy-data": "message",
};
/** How far up the stack to search. */
const DEPTH = 40;

/**
 * The current mechanism. If there are several, it is the one that the program
 * has called.
 */
function mechanismOnStack(): string | undefined {
  for (const site of callSites().reverse()) {
    const file = `/${site.getFileName()?.replaceAll("\\", "/")}`;
    const at = file.indexOf(LIBRARY);
    if (at < 0) continue;
    const [folder] = /^[^/.]*/.exec(file.slice(at + LIBRARY.length))!;
    if (NO_MECHANISM.includes(folder)) continue;
    const name = folder.replaceAll("_", "-");
    return OTHER_NAMES[name] ?? name;
  }
  return undefined;
}

/** Not the text of the stack, which would pass through source maps. */
function callSites(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = DEPTH;
    Error.prepareStackTrace = (_, sites) => sites;
    const { stack } = new Error() as { stack?: unknown };
    return Array.isArray(stack) ? stack : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace!;
  }
}
