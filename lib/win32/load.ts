/**
 * The one place that opens a Windows library.
 *
 * Libraries are opened by their absolute path. Under a scoped `--allow-ffi`,
 * Deno resolves a bare name against the current folder, and an absolute path
 * also protects against a planted DLL.
 *
 * @module
 */

import { isGranted, readableVariable } from "../granted_permissions.ts";
import { MAX_PATH } from "./constants.ts";
import { fromUtf16 } from "./utf16.ts";

const DRIVES = [..."CDEFGHIJKLMNOPQRSTUVWXYZAB"];

let known: string | undefined;
let locked = false;
const opened = new Set<string>();

/** The absolute path of a system library, which `--allow-ffi` also takes. */
export function systemLibrary(dll: string): string {
  return `${systemFolder()}\\${dll}`;
}

/** The libraries that this isolate has opened so far, as absolute paths. */
export function openedLibraries(): string[] {
  return [...opened];
}

/** Refuses every library that is not yet open, even with a permission. */
export function refuseFurtherLibraries(): void {
  locked = true;
}

/** Whether {@linkcode refuseFurtherLibraries} was called. */
export function isLocked(): boolean {
  return locked;
}

/**
 * Opens `dll` from the system folder and binds `symbols`.
 *
 * @throws {Deno.errors.NotSupported} on other systems
 * @throws {Deno.errors.NotCapable} without the permission; the message names
 * the missing flag
 */
export function load<const S extends Deno.ForeignLibraryInterface>(
  dll: string,
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  const path = systemLibrary(dll);
  if (Deno.build.os !== "windows") {
    throw new Deno.errors.NotSupported(
      `Cannot open ${dll}: winipc needs Windows and this is ${Deno.build.os}; ` +
        `elsewhere the tasks "deno task win" and "deno task demo" run it under Wine`,
    );
  }
  if (locked && !opened.has(path)) {
    throw new Deno.errors.NotCapable(
      `Cannot open ${dll}: native access is locked; name what the program needs in lockNativeAccess()`,
    );
  }
  try {
    const library = Deno.dlopen(path, symbols);
    opened.add(path);
    return library.symbols;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    if (opened.has(path)) {
      const names = Object.keys(symbols).join(", ");
      throw new Deno.errors.NotCapable(
        `Cannot bind ${names} of ${dll}: the permission for native access was revoked; use lockNativeAccess(), which binds all functions first`,
        { cause: error },
      );
    }
    throw new Deno.errors.NotCapable(
      `Cannot open ${dll}: native access is not allowed; run again with --allow-ffi=${path}`,
      { cause: error },
    );
  }
}

/**
 * The folder of the system's libraries. Windows may be on another drive than C,
 * and a library can only be opened when its path is known, so the first of
 * these that is allowed decides:
 *
 * - the variable `SystemRoot`, if the program may read it (winipc does not ask
 *   for that permission);
 * - with `--allow-ffi` without a path, `GetSystemDirectoryW` of the kernel32
 *   that every process has: a name without a path gives a module that is loaded
 *   already, and kernel32 is one of the known DLLs, which are never searched
 *   for (Microsoft: Dynamic-link library search order);
 * - with a scoped `--allow-ffi`, the drive whose kernel32.dll it names.
 */
function systemFolder(): string {
  known ??= namedFolder() ?? loadedFolder() ?? allowedFolder();
  // Without any permission, only messages use it.
  return known ?? "C:\\Windows\\System32";
}

function namedFolder(): string | undefined {
  const root = readableVariable("SystemRoot");
  return root === undefined ? undefined : `${root}\\System32`;
}

function loadedFolder(): string | undefined {
  if (Deno.build.os !== "windows" || !isGranted({ name: "ffi" })) return;
  const kernel32 = Deno.dlopen("kernel32.dll", {
    GetSystemDirectoryW: { parameters: ["buffer", "u32"], result: "u32" },
  });
  const buffer = new Uint8Array(2 * MAX_PATH);
  const length = kernel32.symbols.GetSystemDirectoryW(buffer, MAX_PATH);
  kernel32.close();
  return length > 0 && length < MAX_PATH ? fromUtf16(buffer) : undefined;
}

function allowedFolder(): string | undefined {
  if (Deno.build.os !== "windows") return;
  return DRIVES.map((drive) => `${drive}:\\Windows\\System32`).find((folder) =>
    isGranted({ name: "ffi", path: `${folder}\\kernel32.dll` })
  );
}
