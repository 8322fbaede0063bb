/**
 * Directories of the object manager: `\\BaseNamedObjects` and its like.
 *
 * @module
 */

import { Win32Error } from "./error.ts";
import { kernel32 } from "./kernel32.ts";
import { allocate, copyOut, free } from "./memory.ts";
import { ntdll } from "./ntdll.ts";
import { allocateName, ntError, objectAttributes } from "./ntdll_names.ts";
import { field, pack, UNICODE_STRING } from "./structs.ts";
import { fromUtf16 } from "./utf16.ts";

/** An object of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  /** Windows' name of its type, such as `Mutant`. */
  readonly type: string;
  /** The target of a symbolic link, if this process may read it. */
  readonly target?: string;
}

const DIRECTORY_QUERY = 1;
const DIRECTORY_TRAVERSE = 2;
const SYMBOLIC_LINK_QUERY = 1;
const STATUS_MORE_ENTRIES = 0x105;
const STATUS_NO_MORE_ENTRIES = 0x8000_001a | 0;
/** A name has at most 32,767 characters, so each entry fits. */
const BUFFER_SIZE = 1 << 18;
/** The maximum length of a UNICODE_STRING. */
const MAX_TARGET = 0xfffe;

/**
 * The objects in the directory `path`, such as `\\BaseNamedObjects`.
 *
 * @throws {Win32Error} when ntdll refuses
 */
export function directoryEntries(path: string): DirectoryEntry[] {
  const directory = opened(
    "NtOpenDirectoryObject",
    path,
    0n,
    DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
  );
  try {
    return entriesOf(directory).map((entry) => {
      if (entry.type !== "SymbolicLink") return entry;
      const target = targetOf(directory, entry.name);
      return target === undefined ? entry : { ...entry, target };
    });
  } finally {
    kernel32().raw.CloseHandle(directory);
  }
}

/** Reads all entries, as many in each call as the memory holds. */
function entriesOf(directory: bigint): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  const context = new Uint32Array(1);
  const memory = allocate(BUFFER_SIZE);
  try {
    const bytes = new Uint8Array(BUFFER_SIZE);
    for (let restart = 1;; restart = 0) {
      const status = ntdll().raw.NtQueryDirectoryObject(
        directory,
        memory,
        BUFFER_SIZE,
        0,
        restart,
        context,
        new Uint32Array(1),
      );
      if (status === STATUS_NO_MORE_ENTRIES) return entries;
      check("NtQueryDirectoryObject", status);
      copyOut(memory, bytes);
      entries.push(...parse(bytes, memory));
      if (status !== STATUS_MORE_ENTRIES) return entries;
    }
  } finally {
    free(memory);
  }
}

/**
 * The entries in a copy of the memory at `address`: a list of
 * `OBJECT_DIRECTORY_INFORMATION`, which are a name and the name of a type. An
 * empty one ends it.
 */
function parse(
  bytes: Uint8Array<ArrayBuffer>,
  address: bigint,
): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  const text = (at: number) => {
    const start = Number(field(UNICODE_STRING, bytes, "Buffer", at) - address);
    const length = field(UNICODE_STRING, bytes, "Length", at);
    return fromUtf16(bytes.subarray(start, start + length));
  };
  const { size } = UNICODE_STRING;
  for (let at = 0; at + 2 * size <= bytes.byteLength; at += 2 * size) {
    if (field(UNICODE_STRING, bytes, "Buffer", at) === 0n) break;
    entries.push({ name: text(at), type: text(at + size) });
  }
  return entries;
}

/** The target of the link `name`; undefined if it is gone, or secret. */
function targetOf(directory: bigint, name: string): string | undefined {
  const memory = allocate(MAX_TARGET);
  let link: bigint | undefined;
  try {
    const call = "NtOpenSymbolicLinkObject";
    link = opened(call, name, directory, SYMBOLIC_LINK_QUERY);
    const string = pack(UNICODE_STRING, {
      MaximumLength: MAX_TARGET,
      Buffer: memory,
    });
    const status = ntdll().raw.NtQuerySymbolicLinkObject(
      link,
      string,
      new Uint32Array(1),
    );
    check("NtQuerySymbolicLinkObject", status);
    const target = new Uint8Array(field(UNICODE_STRING, string, "Length"));
    copyOut(memory, target);
    return fromUtf16(target);
  } catch (error) {
    if (error instanceof Win32Error) return undefined;
    throw error;
  } finally {
    if (link !== undefined) kernel32().raw.CloseHandle(link);
    free(memory);
  }
}

/** Opens an object by its name, below `root` unless that is 0. */
function opened(
  call: "NtOpenDirectoryObject" | "NtOpenSymbolicLinkObject",
  name: string,
  root: bigint,
  access: number,
): bigint {
  const text = allocateName(name);
  try {
    const attributes = objectAttributes(text, { RootDirectory: root });
    const handle = new BigUint64Array(1);
    check(call, ntdll().raw[call](handle, access, attributes));
    return handle[0]!;
  } finally {
    free(text);
  }
}

function check(call: string, status: number): void {
  if (status < 0) throw ntError(call, status);
}
