/**
 * Watching the clipboard.
 *
 * @module
 */

import { useNative } from "../io/permissions/required_libraries.ts";
import { WindowListener } from "../window/listener.ts";
import { completeAt, currentSequence, ownChangesBetween } from "./open.ts";
import type { ClipboardEvent } from "./window_handler.ts";

/** A change of the clipboard. */
export interface ClipboardChange {
  /**
   * Its number, which {@linkcode writeClipboard} resolves to for this program's
   * changes.
   */
  readonly sequence: number;
  /**
   * Whether this program made it. Workers count as other programs: each loads
   * its own winipc, and Windows does not say who made a change.
   */
  readonly own: boolean;
}

/**
 * Watches the clipboard from now on. Each change by this program is one event,
 * and so are all changes by other programs since the last event. Rapid changes
 * are merged into one, with the number of the latest.
 *
 * Calls `AddClipboardFormatListener` for a hidden window. Each window station
 * has its own clipboard: a service, or a session of SSH or WinRM, does not see
 * the one of the user's desktop. It needs the same permissions as
 * `listenMessages()`: `--allow-ffi` without a path, and `--allow-read` for
 * winipc's folder `lib`.
 *
 * @throws {Deno.errors.NotCapable} without these permissions
 *
 * @example
 * ```ts
 * import { watchClipboard, writeClipboard } from "@winipc/winipc";
 *
 * await using watcher = watchClipboard();
 * await writeClipboard("hello"); // or another program
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
 * Yields the clipboard's changes. Made by {@linkcode watchClipboard}.
 *
 * @example
 * ```ts
 * import { readClipboard, watchClipboard, writeClipboard } from "@winipc/winipc";
 *
 * await using watcher = watchClipboard();
 * await writeClipboard("hello"); // or another program
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
        event.type === "event"
          ? changes.upTo((event.event as ClipboardEvent).sequence)
          : [],
    });
  }
}

/**
 * The changes behind the notifications.
 *
 * A notification has no number. The number is read when it is handled, so late
 * notifications all read the latest one. That may belong to a step of the next
 * change: emptying the clipboard takes a number, and so does each format.
 * Windows also notifies without a new number, when another program had a format
 * rendered (Wine's user32/tests/clipboard.c, clipboard_thread).
 */
export class ClipboardChanges {
  #last: number;

  /** Starts after the change `last`. */
  constructor(last: number) {
    this.#last = last;
  }

  /**
   * The complete changes at the sequence number `number`; empty if there is no
   * new one.
   */
  upTo(number: number): ClipboardChange[] {
    const sequence = completeAt(number);
    if (sequence === this.#last) return [];
    const own = ownChangesBetween(this.#last, sequence)
      .map((sequence) => ({ sequence, own: true }));
    this.#last = sequence;
    return own.at(-1)?.sequence === sequence
      ? own
      : [...own, { sequence, own: false }];
  }
}
