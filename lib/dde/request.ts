/**
 * Asking the window thread for something of DDE.
 *
 * @module
 */

import type { OwnWindow } from "../window/mod.ts";
import type { DdeRequest } from "./wire/protocol.ts";

/** Asks for it; the end of a conversation is done when this returns. */
export function requestDde(window: OwnWindow, request: DdeRequest): void {
  window.request(request, request.ask === "dde end");
}
