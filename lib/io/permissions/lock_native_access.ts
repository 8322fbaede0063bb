/**
 * Loads the libraries of some mechanisms, and allows no more.
 *
 * @module
 */

import { quote } from "../format.ts";
import { bindAll } from "../../win32/binding.ts";
import { openedLibraries, refuseFurtherLibraries } from "../../win32/load.ts";
import {
  type Mechanism,
  MECHANISMS,
  type NativeFeature,
  useNative,
} from "./required_libraries.ts";

/** The options of {@linkcode lockNativeAccess}. */
export interface LockNativeAccessOptions {
  /**
   * Features that the program will use in addition: `"sddl"` (security
   * descriptors), `"impersonation"` (a pipe client's user),
   * `"overlapped-mailslot"` (mailslots if `CreateMailslotW` returns a
   * synchronous handle, as under Wine), `"remote"` (pipes and mailslots of
   * other computers).
   *
   * @default {[]}
   */
  features?: readonly NativeFeature[] | undefined;
}

/**
 * Loads everything that the named mechanisms need and revokes the permission to
 * load more. Loaded functions keep working, and every later `Deno.dlopen`, by
 * any code of the program, is refused. At a terminal, Deno asks the user
 * instead, unless the program runs with `--no-prompt`. Revoking alone is not
 * enough: winipc binds each function at its first call.
 *
 * Views of memory, rings with `zeroCopy` and own windows (`listenMessages`,
 * `listenRegistered`, `watchClipboard`, DDE) need `--allow-ffi` without a path,
 * and this revokes it: open them before. Rings that are opened later are
 * accessed by copy, which is slower.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for a library
 *
 * @example
 * ```ts
 * import { listenPipe, lockNativeAccess } from "@winipc/winipc";
 *
 * lockNativeAccess(["pipe"]);
 * await using listener = listenPipe("app"); // kernel32.dll is loaded
 * ```
 */
export function lockNativeAccess(
  mechanisms: readonly Mechanism[],
  options: LockNativeAccessOptions = {},
): void {
  const { features = [] } = options;
  for (const mechanism of mechanisms) {
    if (!MECHANISMS.includes(mechanism)) {
      throw new TypeError(
        `Invalid mechanism ${quote(mechanism)}: give ${
          MECHANISMS.map((name) => `"${name}"`).join(", ")
        }`,
      );
    }
    useNative(mechanism, features);
  }
  bindAll();
  refuseFurtherLibraries();
  // Deno cannot revoke less than was granted: scoped grants are revoked one by
  // one, a grant without a path as a whole.
  for (const path of openedLibraries()) {
    Deno.permissions.revokeSync({ name: "ffi", path });
  }
  Deno.permissions.revokeSync({ name: "ffi" });
}
