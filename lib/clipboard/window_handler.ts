/**
 * The clipboard in the window thread: reports each change to a window.
 *
 * @module
 */

import { user32 } from "../win32/user32.ts";
import type { WindowHandler, WindowHost } from "../window/handler.ts";

const WM_CLIPBOARDUPDATE = 0x31d;

/** The event for a watching window: the clipboard's sequence number. */
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
      host.emit({ type: "event", window: id, event });
      return 0n;
    },
  };
}
