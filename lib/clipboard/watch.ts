/**
 * Watching the clipboard.
 *
 * @module
 */

import { useNative } from "../io/native_access.ts";
import { WindowListener } from "../window/listener.ts";
import { isOwnChange } from "./open.ts";

/** A change of the clipboard. */
export interface ClipboardChange {
  /** Its number, as {@linkcode writeClipboard} resolves to for one's own. */
  readonly sequence: number;
  /** Whether this program made it. */
  readonly own: boolean;
}

/**
 * Watches the clipboard: one event for each change, from now on.
 *
 * Calls `AddClipboardFormatListener` for a hidden window. It needs the rights
 * that `listenMessages()` needs: `--allow-ffi` without a scope, and
 * `--allow-read` for winipc's folder `lib`.
 *
 * @throws {Deno.errors.NotCapable} without these rights
 *
 * @example
 * ```ts
 * import { watchClipboard, writeClipboard } from "@winipc/winipc";
 *
 * await using watcher = watchClipboard();
 * await writeClipboard("hello"); // or anybody else
 * for await (const { own, sequence } of watcher) {
 *   console.log(own ? "by me" : "by another", sequence);
 *   break;
 * }
 * ```
 */
export function watchClipboard(): ClipboardWatcher {
  useNative("clipboard");
  return new ClipboardWatcher();
}

/**
 * Tells of the clipboard's changes. Made by {@linkcode watchClipboard}.
 *
 * @example
 * ```ts
 * import { readClipboard, watchClipboard, writeClipboard } from "@winipc/winipc";
 *
 * await using watcher = watchClipboard();
 * await writeClipboard("hello"); // or anybody else
 * await watcher.receive({ timeout: 5000 });
 * console.log((await readClipboard()).text);
 * ```
 */
export class ClipboardWatcher extends WindowListener<ClipboardChange> {
  /** Use {@linkcode watchClipboard}. */
  constructor() {
    super({
      action: "Cannot watch the clipboard",
      subject: "The clipboard's watcher",
      window: {
        title: "",
        className: "winipc.clipboard",
        messageOnly: true,
        allowLowerIntegrity: false,
        clipboard: true,
      },
      item(event) {
        if (event.told !== "clipboard") return undefined;
        const { sequence } = event;
        return { sequence, own: isOwnChange(sequence) };
      },
    });
  }
}
