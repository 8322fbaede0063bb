/**
 * The requirements of windows: permissions, and the module of their thread.
 *
 * @module
 */

// Imported so that it is loaded with the program: no module could be loaded
// from the web while openWindow() waits for the thread.
import { quoteFlag } from "../quote_flag.ts";
import { filePath } from "../io/memory/file_path.ts";
import { isLocked } from "../win32/load.ts";
import "./thread_entry.ts";

const MODULE = new URL("./worker.ts", import.meta.url);
const ENTRY = new URL("./thread_entry.ts", import.meta.url);
/** A Worker's imports must be readable too; these are in two of its folders. */
const FOLDER = new URL("..", import.meta.url);

/**
 * The module of the threads. If winipc was imported from the web, a `data:`
 * module does the same, because workers of `node:worker_threads` only start
 * from files and data.
 */
export const WORKER_URL: URL = MODULE.protocol === "file:" ? MODULE : new URL(
  `data:text/javascript,${
    encodeURIComponent(
      `import * as threads from "node:worker_threads";` +
        `import { runThread } from ${JSON.stringify(ENTRY.href)};` +
        `await runThread(threads);`,
    )
  }`,
);

/**
 * Requests what a window needs besides the libraries. A callback is a pointer,
 * which needs native access without a path, and the thread's modules must be
 * readable.
 *
 * @throws {Deno.errors.NotCapable} without these permissions
 */
export function requireWindowPermissions(action: string): void {
  // At a terminal, a request would offer the user to undo lockNativeAccess().
  const how = isLocked() ? "querySync" : "requestSync";
  const { state } = Deno.permissions[how]({ name: "ffi" });
  if (state !== "granted") {
    throw new Deno.errors.NotCapable(
      `${action}: its own window needs a callback, which a scoped --allow-ffi does not allow; ` +
        `run again with --allow-ffi and ${readFlag()}, and open windows before lockNativeAccess()`,
    );
  }
  const query = readable();
  if (query === undefined) return;
  if (Deno.permissions.requestSync(query).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `${action}: the window's thread loads its modules, which is not allowed; run again with ${readFlag()}`,
  );
}

function readable(): Deno.PermissionDescriptor | undefined {
  return MODULE.protocol === "file:"
    ? { name: "read", path: FOLDER }
    : undefined;
}

/** The flag that lets the modules load. */
function readFlag(): string {
  return MODULE.protocol === "file:"
    ? quoteFlag(`--allow-read=${filePath(FOLDER)}`)
    : `--allow-import=${MODULE.host}`;
}
