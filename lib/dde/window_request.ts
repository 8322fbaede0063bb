/**
 * DDE requests to the window thread.
 *
 * @module
 */

import type { OwnWindow } from "../window/mod.ts";
import type { DdeRequest } from "./wire/protocol.ts";

/** Sends a request; the end of a conversation has happened when this returns. */
export function requestDde(window: OwnWindow, request: DdeRequest): void {
  window.request(request, request.type === "dde end");
}
