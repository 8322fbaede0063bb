/**
 * The minimal flags of each exported function: one table. The documentation and
 * `winipc doctor` are made from it, and tests check every function against it.
 *
 * @module
 */

import { filePath } from "../memory/file_path.ts";
import { quote } from "../format.ts";
import {
  type Mechanism,
  type NativeFeature,
  requiredLibraries,
} from "./required_libraries.ts";

/** The needs of one use of winipc. */
interface Need {
  /** Libraries, by mechanism and features. */
  readonly libraries?: readonly [Mechanism, ...NativeFeature[]];
  /** A further feature under Wine. */
  readonly underWine?: NativeFeature;
  /**
   * Native access without a path, because it takes a pointer: a callback or a
   * view.
   */
  readonly everything?: true;
  /** A Worker loads winipc's own modules. */
  readonly modules?: true;
  /** A flag that is unrelated to native access. */
  readonly other?: string;
}

const NOTHING: Need = {};
const kernel = (mechanism: Mechanism): Need => ({ libraries: [mechanism] });
const secured = (mechanism: Mechanism): Need => ({
  libraries: [mechanism, "sddl"],
});
const windows: Need = { libraries: ["message"] };
const clipboard: Need = { libraries: ["clipboard"] };
const receiving: Need = { everything: true, modules: true };
const loopback: Need = { other: "--allow-net=127.0.0.1" };
const viewing: Need = { everything: true };

const NEEDS: Readonly<Record<string, Need>> = {
  listenPipe: kernel("pipe"),
  "listenPipe with sddl": secured("pipe"),
  connectPipe: kernel("pipe"),
  "connectPipe to another computer": { libraries: ["pipe", "remote"] },
  callPipe: kernel("pipe"),
  pipeInfo: kernel("pipe"),
  listPipes: kernel("pipe"),
  "impersonate and peerUser": { libraries: ["pipe", "impersonation"] },
  createAnonymousPipe: kernel("anonymous-pipe"),
  spawn: kernel("anonymous-pipe"),
  "spawn with newConsole": kernel("anonymous-pipe"),
  inheritedHandle: kernel("anonymous-pipe"),
  handleValue: NOTHING,
  createMailslot: {
    libraries: ["mailslot"],
    underWine: "overlapped-mailslot",
  },
  "createMailslot with sddl": {
    libraries: ["mailslot", "sddl"],
    underWine: "overlapped-mailslot",
  },
  openMailslot: kernel("mailslot"),
  "openMailslot to another computer": { libraries: ["mailslot", "remote"] },
  createEvent: kernel("sync"),
  "createEvent with sddl": secured("sync"),
  openEvent: kernel("sync"),
  createMutex: kernel("sync"),
  "createMutex with sddl": secured("sync"),
  openMutex: kernel("sync"),
  createSemaphore: kernel("sync"),
  "createSemaphore with sddl": secured("sync"),
  openSemaphore: kernel("sync"),
  openProcess: kernel("sync"),
  waitFor: kernel("sync"),
  waitForAny: kernel("sync"),
  waitForAll: kernel("sync"),
  createSharedMemory: kernel("shared-memory"),
  "createSharedMemory with sddl": secured("shared-memory"),
  openSharedMemory: kernel("shared-memory"),
  "view of memory": viewing,
  mapFile: kernel("file-mapping"),
  createRing: kernel("ring"),
  "createRing with sddl": secured("ring"),
  "createRing with zeroCopy": viewing,
  openRing: kernel("ring"),
  "openRing with sddl": secured("ring"),
  "openRing with zeroCopy": viewing,
  sendCopyData: windows,
  findWindows: windows,
  listWindows: windows,
  registerMessage: windows,
  postRegistered: windows,
  broadcastRegistered: windows,
  listenMessages: receiving,
  listenRegistered: receiving,
  readClipboard: clipboard,
  writeClipboard: clipboard,
  clearClipboard: clipboard,
  clipboardFormats: clipboard,
  clipboardSequence: clipboard,
  watchClipboard: receiving,
  serveDde: receiving,
  connectDde: receiving,
  listDdeServices: receiving,
  serveRpc: kernel("rpc"),
  "serveRpc with sddl": secured("rpc"),
  connectRpc: kernel("rpc"),
  listObjects: kernel("objects"),
  listenSocket: loopback,
  connectSocket: loopback,
  "relay between pipes": kernel("pipe"),
  pipeFetch: kernel("pipe"),
  servePipe: kernel("pipe"),
  "servePipe with sddl": secured("pipe"),
  "servePipe with info.user()": { libraries: ["pipe", "impersonation"] },
  "servePipe with info.upgradeWebSocket()": kernel("pipe"),
  createPipeClient: NOTHING,
  encodeFrame: NOTHING,
  readExactly: NOTHING,
  trace: NOTHING,
  "trace to a file": { other: "--allow-write=calls.jsonl" },
  requiredLibraries: NOTHING,
  minimalFlags: NOTHING,
  lockNativeAccess: NOTHING,
};

/**
 * The exported functions by name, and the uses that need more
 * (`listenPipe with sddl`), for {@linkcode minimalFlags}.
 *
 * @example
 * ```ts
 * import { minimalFlags, PERMISSION_FEATURES } from "@winipc/winipc";
 *
 * for (const use of PERMISSION_FEATURES) console.log(use, ...minimalFlags(use));
 * ```
 */
export const PERMISSION_FEATURES: readonly string[] = Object.keys(NEEDS);

/** The folder of winipc's modules. */
const MODULES = new URL("../..", import.meta.url);

/**
 * Returns the minimal flags of `deno run` for `use`: it needs all of them.
 * `wine` says whether the system is Wine, where a mailslot needs one more
 * library. For other objects (another file for `trace`), use the same flag with
 * their names.
 *
 * @throws {TypeError} for a use that is not in the table
 *
 * @example
 * ```ts
 * import { minimalFlags } from "@winipc/winipc";
 *
 * console.log(minimalFlags("listenPipe"));
 * ```
 */
export function minimalFlags(use: string, wine = false): string[] {
  const need = Object.hasOwn(NEEDS, use) ? NEEDS[use] : undefined;
  if (need === undefined) {
    throw new TypeError(
      `Invalid use ${quote(use)}: give one of PERMISSION_FEATURES`,
    );
  }
  const { libraries, underWine, everything, modules, other } = need;
  const flags: string[] = [];
  if (libraries !== undefined) {
    const [mechanism, ...features] = libraries;
    if (wine && underWine !== undefined) features.push(underWine);
    flags.push(
      `--allow-ffi=${requiredLibraries(mechanism, features).join(",")}`,
    );
  }
  if (everything) flags.push("--allow-ffi");
  if (modules) {
    flags.push(
      MODULES.protocol === "file:"
        ? `--allow-read=${filePath(MODULES)}`
        : `--allow-import=${MODULES.host}`,
    );
  }
  if (other !== undefined) flags.push(other);
  return flags;
}
