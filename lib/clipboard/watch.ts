/**
 * Watching the clipboard.
 *
 * @module
 */

import { useNative } from "../io/native_access.ts";
import { WindowListener } from "../window/listener.ts";
import { completeAt, currentSequence, ownChangesBetween } from "./open.ts";
import type { ClipboardEvent } from "./window_handler.ts";

/** A change of the clipboard. */
export interface ClipboardChange {
  /** Its number, as {@linkcode writeClipboard} resolves to for one's own. */
  readonly sequence: number;
  /** Whether this program made it. */
  readonly own: boolean;
}

/**
 * Watches the clipboard from now on: one event for each change of this program's,
 * and one for what other programs have changed since the last event. Changes that
 * follow each other fast come as one, with the number of the latest.
 *
 * Calls `AddClipboardFormatListener` for a hidden window. Each window station has
 * a clipboard of its own: a service, or a session of SSH or WinRM, does not see
 * the one of the user's desktop. It needs the rights
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
    const changes = new ClipboardChanges(currentSequence());
    super({
      action: "Cannot watch the clipboard",
      subject: "The clipboard's watcher",
      window: {
        title: "",
        className: "winipc.clipboard",
        messageOnly: true,
        allowLowerIntegrity: false,
        handler: "clipboard",
      },
      items: (event) =>
        event.told === "event"
          ? changes.upTo((event.event as ClipboardEvent).sequence)
          : [],
    });
  }
}

/**
 * The changes that notifications stand for.
 *
 * A notification carries no number. The number is read when it is handled, so
 * that late ones all read the latest, which may be that of a step of the next
 * change: emptying the clipboard takes a number, and so does each format.
 * Windows also notifies where the number
 * stays: when another program had a format rendered (Wine's
 * user32/tests/clipboard.c, clipboard_thread).
 */
export class ClipboardChanges {
  #last: number;

  /** Begins after the change `last`. */
  constructor(last: number) {
    this.#last = last;
  }

  /** The changes that were complete at `told`; none where there is no new one. */
  upTo(told: number): ClipboardChange[] {
    const sequence = completeAt(told);
    if (sequence === this.#last) return [];
    const own = ownChangesBetween(this.#last, sequence)
      .map((sequence) => ({ sequence, own: true }));
    this.#last = sequence;
    return own.at(-1)?.sequence === sequence
      ? own
      : [...own, { sequence, own: false }];
  }
}
