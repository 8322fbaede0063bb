/**
 * The handlers of the window thread: the one place where mechanisms register
 * them. The rest of the thread knows no mechanism.
 *
 * @module
 */

import { clipboardHandler } from "../clipboard/window_handler.ts";
import { copyDataHandler } from "../copy_data/window_handler.ts";
import { registeredHandler } from "../copy_data/registered_handler.ts";
import { DdeLoop } from "../dde/wire/loop.ts";
import type { WindowHandler, WindowHost } from "./handler.ts";

/** All handlers, by the names that the options of windows have. */
export function createHandlers(
  host: WindowHost,
): Readonly<Record<string, WindowHandler>> {
  return {
    "copy data": copyDataHandler(host),
    registered: registeredHandler(host),
    clipboard: clipboardHandler(host),
    dde: new DdeLoop(host),
  };
}
