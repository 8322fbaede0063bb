/**
 * The clipboard in the window thread: a window hears of each change.
 *
 * @module
 */

import { user32 } from "../win32/user32.ts";
import type { WindowHandler, WindowHost } from "../window/handler.ts";

const WM_CLIPBOARDUPDATE = 0x31d;

/** What a watching window is told: the clipboard's sequence number. */
export interface ClipboardEvent {
  readonly sequence: number;
}

/** Handles the windows of clipboard watchers. */
export function clipboardHandler(host: WindowHost): WindowHandler {
  return {
    messages: () => [],
    opened({ handle }) {
      user32().call.AddClipboardFormatListener(handle);
    },
    closing({ handle }) {
      user32().raw.RemoveClipboardFormatListener(handle);
    },
    handle({ id }, message) {
      if (message !== WM_CLIPBOARDUPDATE) return undefined;
      const sequence = user32().raw.GetClipboardSequenceNumber();
      const event: ClipboardEvent = { sequence };
      host.tell({ told: "event", window: id, event });
      return 0n;
    },
  };
}
