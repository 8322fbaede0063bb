/**
 * The handlers of the window thread: the one place where mechanisms register
 * them. The rest of the thread knows no mechanism.
 *
 * @module
 */

import { clipboardHandler } from "../clipboard/window_handler.ts";
import { copyDataHandler } from "../copy_data/window_handler.ts";
import { registeredHandler } from "../copy_data/registered_window_handler.ts";
import { DdeWindowHandler } from "../dde/wire/window_handler.ts";
import type { WindowHandler, WindowHost } from "./handler.ts";

/** All handlers, by the names that the options of windows have. */
export function createHandlers(
  host: WindowHost,
): Readonly<Record<string, WindowHandler>> {
  return {
    "copy data": copyDataHandler(host),
    registered: registeredHandler(host),
    clipboard: clipboardHandler(host),
    dde: new DdeWindowHandler(host),
  };
}
