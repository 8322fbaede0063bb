/**
 * What windows need: rights, and the module of their thread.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

// Only so that it is loaded with the program: from the web nothing more could
// be loaded while openWindow() waits for the thread.
import "./thread_entry.ts";

const MODULE = new URL("./worker.ts", import.meta.url);
const ENTRY = new URL("./thread_entry.ts", import.meta.url);
/** A Worker's imports must be readable, too, and these are of two folders in it. */
const FOLDER = new URL("..", import.meta.url);

/**
 * The module of the threads. Where winipc itself comes from the web, a
 * `data:` module does the same, because workers of `node:worker_threads` start
 * from files and data only.
 */
export const WORKER_URL: URL = MODULE.protocol === "file:" ? MODULE : new URL(
  `data:text/javascript,${
    encodeURIComponent(
      `import { workerData } from "node:worker_threads";` +
        `import { runThread } from ${JSON.stringify(ENTRY.href)};` +
        `await runThread(workerData);`,
    )
  }`,
);

/**
 * Asks for what a window needs beyond the libraries: a callback, which is a
 * pointer, takes the right to native access as a whole, and the thread's modules
 * must be read.
 *
 * @throws {Deno.errors.NotCapable} where that is not granted
 */
export function needReceiving(action: string): void {
  const { state } = Deno.permissions.requestSync({ name: "ffi" });
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
    ? `--allow-read=${fileURLToPath(FOLDER)}`
    : `--allow-import=${MODULE.host}`;
}
