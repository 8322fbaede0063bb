/**
 * The libraries that each mechanism needs: the paths of its `--allow-ffi`.
 *
 * @module
 */

import { loadTimers } from "../wait/wait_options.ts";
import { advapi32 } from "../../win32/advapi32.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { kernel32Dde } from "../../win32/kernel32_dde.ts";
import { systemLibrary } from "../../win32/load.ts";
import { ntdll } from "../../win32/ntdll.ts";
import { rpcrt4 } from "../../win32/rpcrt4.ts";
import { user32 } from "../../win32/user32.ts";
import { user32Dde } from "../../win32/user32_dde.ts";

/** The mechanisms that use native calls. */
export type Mechanism =
  | "pipe"
  | "anonymous-pipe"
  | "mailslot"
  | "sync"
  | "shared-memory"
  | "file-mapping"
  | "ring"
  | "message"
  | "clipboard"
  | "dde"
  | "rpc"
  | "objects";

/** Features of a mechanism that need one more library. */
export type NativeFeature =
  | "sddl"
  | "impersonation"
  | "overlapped-mailslot"
  | "remote";

const LIBRARIES = {
  "kernel32.dll": kernel32,
  "advapi32.dll": advapi32,
  "ntdll.dll": ntdll,
  "user32.dll": user32,
  "rpcrt4.dll": rpcrt4,
} as const;

type LibraryName = keyof typeof LIBRARIES;

/** How errors call a mechanism, and its libraries besides kernel32.dll. */
const NEEDS: Readonly<
  Record<Mechanism, readonly [name: string, ...LibraryName[]]>
> = {
  pipe: ["named pipes"],
  "anonymous-pipe": ["anonymous pipes and processes"],
  mailslot: ["mailslots"],
  sync: ["sync objects"],
  "shared-memory": ["shared memory"],
  "file-mapping": ["file mapping"],
  ring: ["rings"],
  message: ["window messages", "user32.dll"],
  clipboard: ["the clipboard", "user32.dll"],
  dde: ["DDE", "user32.dll"],
  rpc: ["RPC", "rpcrt4.dll"],
  objects: ["the list of named objects", "ntdll.dll"],
};

/** All mechanisms. */
export const MECHANISMS = Object.keys(NEEDS);

const FEATURES: Readonly<Record<NativeFeature, LibraryName>> = {
  sddl: "advapi32.dll",
  impersonation: "advapi32.dll",
  "overlapped-mailslot": "ntdll.dll",
  remote: "ntdll.dll",
};

/**
 * Opens the libraries of `mechanism` and its `features` before anything else
 * happens, so that a missing permission is reported with the mechanism's name.
 */
export function useNative(
  mechanism: Mechanism,
  features: readonly NativeFeature[] = [],
): void {
  loadTimers();
  const libraries = librariesOf(mechanism, features);
  for (const name of libraries) {
    try {
      LIBRARIES[name]();
    } catch (error) {
      throw explained(error, mechanism, libraries);
    }
  }
  if (mechanism !== "dde") return;
  kernel32Dde();
  user32Dde();
}

/**
 * Returns the paths of a mechanism's libraries for `--allow-ffi`.
 *
 * @example
 * ```ts
 * import { requiredLibraries } from "@winipc/winipc";
 *
 * console.log(requiredLibraries("pipe", ["sddl"])); // kernel32.dll and advapi32.dll
 * ```
 */
export function requiredLibraries(
  mechanism: Mechanism,
  features: readonly NativeFeature[] = [],
): string[] {
  return librariesOf(mechanism, features).map(systemLibrary);
}

function librariesOf(
  mechanism: Mechanism,
  features: readonly NativeFeature[],
): LibraryName[] {
  const [, ...own] = NEEDS[mechanism];
  return ["kernel32.dll", ...own, ...features.map((name) => FEATURES[name])];
}

function explained(
  error: unknown,
  mechanism: Mechanism,
  libraries: readonly LibraryName[],
): unknown {
  const subject = `Cannot use ${NEEDS[mechanism][0]}`;
  if (error instanceof Deno.errors.NotCapable) {
    // Its windows call back, which a list of libraries does not allow.
    const all = mechanism === "dde"
      ? "--allow-ffi without a list of libraries"
      : `--allow-ffi=${libraries.map(systemLibrary).join(",")}`;
    return new Deno.errors.NotCapable(
      `${subject}: ${decapitalized(error.message)} (required in all: ${all})`,
      { cause: error },
    );
  }
  if (error instanceof Deno.errors.NotSupported) {
    return new Deno.errors.NotSupported(
      `${subject}: ${decapitalized(error.message)}`,
      { cause: error },
    );
  }
  return error;
}

function decapitalized(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1);
}
