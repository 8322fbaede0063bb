/**
 * The list of named objects.
 *
 * @module
 */

import { useNative } from "../io/permissions/required_libraries.ts";
import { checkChoice, checkString } from "../io/checks.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import { deviceFolder } from "../io/object/device_folder.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { directoryEntries } from "../win32/ntdll_directory.ts";
import { matcher } from "./pattern.ts";

/**
 * A folder of named objects: those of this session (`Local\`), those of all
 * sessions (`Global\`), named pipes, or mailslots.
 */
export type ObjectFolder = "local" | "global" | "pipe" | "mailslot";

/** The kind of an object; `"other"` for rare ones: see {@linkcode ListedObject.type}. */
export type ObjectKind =
  | "section"
  | "event"
  | "mutex"
  | "semaphore"
  | "timer"
  | "job"
  | "symbolic-link"
  | "directory"
  | "pipe"
  | "mailslot"
  | "other";

/** The options of {@linkcode listObjects}. */
export interface ListObjectsOptions {
  /**
   * Lists only objects whose name matches, in any case: `*` means any text and
   * `?` one character. Without both, it lists names that contain the text.
   * Either the full name or the bare one may match.
   */
  pattern?: string | undefined;
  /**
   * The folders to list.
   *
   * @default all of them
   */
  folders?: readonly ObjectFolder[] | undefined;
}

/** A named object. */
export interface ListedObject {
  /**
   * The full name, by which other functions open it, such as `Local\app`,
   * `Global\app`, `\\.\pipe\app` or `\\.\mailslot\app`.
   */
  readonly name: string;
  /** The kind of object. */
  readonly kind: ObjectKind;
  /**
   * Windows' name of the kind, such as `Mutant` for a mutex; `NamedPipe` and
   * `Mailslot` for these.
   */
  readonly type: string;
  /** The folder. */
  readonly folder: ObjectFolder;
  /** The target of a symbolic link, if this process may read it. */
  readonly target?: string;
  /** How many instances a pipe has. */
  readonly instances?: number;
}

/** A folder that could not be listed. */
export interface UnlistedFolder {
  /** The folder. */
  readonly folder: ObjectFolder;
  /**
   * The reason: `Deno.errors.NotSupported` for a list that the system does not
   * have, `Deno.errors.PermissionDenied` for one that this process may not
   * read.
   */
  readonly error: Error;
}

/** The result of {@linkcode listObjects}. */
export interface ObjectList {
  /** The objects, sorted by folder and name. */
  readonly objects: ListedObject[];
  /** The folders that could not be listed. */
  readonly unlisted: UnlistedFolder[];
}

/** Windows' names of types. */
const KINDS: Readonly<Record<string, ObjectKind>> = {
  Section: "section",
  Event: "event",
  Mutant: "mutex",
  Semaphore: "semaphore",
  Timer: "timer",
  Job: "job",
  SymbolicLink: "symbolic-link",
  Directory: "directory",
};

const GLOBAL = "\\BaseNamedObjects";

/**
 * Lists the named objects of this session and of all sessions, named pipes and
 * mailslots. Objects in further directories, such as those of an AppContainer,
 * are not listed, nor the data or the users of an object.
 *
 * A folder that cannot be listed does not fail the others: `unlisted` has it.
 * Under Wine these are the folders of pipes and mailslots. In session 0, where
 * services run, `Local\` is the same folder as `Global\` and is listed as
 * such.
 *
 * Calls `NtOpenDirectoryObject`, `NtQueryDirectoryObject` and
 * `NtQuerySymbolicLinkObject`, and for pipes and mailslots `FindFirstFileW`.
 * Needs kernel32.dll and ntdll.dll. It takes no handle of any listed object
 * other than links, so no server notices it.
 *
 * @throws {TypeError} for a bad pattern or folder
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 *
 * @example
 * ```ts
 * import { createEvent, listObjects } from "@winipc/winipc";
 *
 * using event = createEvent("app.ready");
 * const { objects, unlisted } = listObjects({ pattern: "app.*" });
 * for (const { name, kind } of objects) console.log(kind, name); // event Local\app.ready
 * for (const { folder, error } of unlisted) console.log(folder, error.message);
 * ```
 */
export function listObjects(options: ListObjectsOptions = {}): ObjectList {
  const { pattern = "*", folders = FOLDERS } = options;
  checkString("pattern", pattern, 0);
  if (!Array.isArray(folders)) {
    throw new TypeError("Invalid folders: give a list");
  }
  for (const folder of folders) checkChoice("folder", folder, FOLDERS);
  useNative("objects");
  const matches = matcher(pattern);
  const objects: ListedObject[] = [];
  const unlisted: UnlistedFolder[] = [];
  const session = sessionId();
  for (const folder of FOLDERS) {
    if (!folders.includes(folder)) continue;
    if (folder === "local" && session === 0 && folders.includes("global")) {
      continue;
    }
    try {
      const found = LISTS[folder](session)
        .filter(({ name }) => matches(name) || matches(bare(name)))
        .sort((a, b) => a.name < b.name ? -1 : 1);
      for (const object of found) objects.push(object);
    } catch (error) {
      unlisted.push({ folder, error: error as Error });
    }
  }
  return { objects, unlisted };
}

type List = (session: number) => ListedObject[];

const LISTS: Readonly<Record<ObjectFolder, List>> = {
  // Microsoft: Kernel object namespaces; session 0 has the global one.
  local: (session) =>
    directory(
      "local",
      session === 0 ? GLOBAL : `\\Sessions\\${session}${GLOBAL}`,
    ),
  global: () => directory("global", GLOBAL),
  pipe: () => device("pipe", "NamedPipe"),
  mailslot: () => device("mailslot", "Mailslot"),
};
const FOLDERS = Object.keys(LISTS) as ObjectFolder[];

function directory(folder: "local" | "global", path: string): ListedObject[] {
  const prefix = folder === "local" ? "Local\\" : "Global\\";
  return wrapWin32Error(`Cannot list "${path}"`, () => directoryEntries(path))
    .map(({ name, type, target }) => ({
      name: prefix + name,
      kind: Object.hasOwn(KINDS, type) ? KINDS[type]! : "other",
      type,
      folder,
      ...target !== undefined && { target },
    }));
}

function device(folder: "pipe" | "mailslot", type: string): ListedObject[] {
  return deviceFolder(folder).map(({ name, instances }) => ({
    name: `\\\\.\\${folder}\\${name}`,
    kind: folder,
    type,
    folder,
    ...folder === "pipe" && { instances },
  }));
}

/** The name without its folder. */
function bare(name: string): string {
  return name.replace(/^(?:Local|Global|\\\\\.\\(?:pipe|mailslot))\\/, "");
}

function sessionId(): number {
  const { call, raw } = kernel32();
  const session = new Uint32Array(1);
  call.ProcessIdToSessionId(raw.GetCurrentProcessId(), session);
  return session[0]!;
}
