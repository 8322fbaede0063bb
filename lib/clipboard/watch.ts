/**
 * Watching the clipboard.
 *
 * @module
 */

import { useNative } from "../io/native_access.ts";
import type { WaitOptions } from "../io/wait.ts";
import { Inbox } from "../window/inbox.ts";
import { openWindow, type OwnWindow } from "../window/mod.ts";
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

/** Tells of the clipboard's changes. Made by {@linkcode watchClipboard}. */
export class ClipboardWatcher
  implements AsyncIterable<ClipboardChange>, Disposable, AsyncDisposable {
  readonly #window: OwnWindow;
  readonly #inbox: Inbox<ClipboardChange>;

  /** Use {@linkcode watchClipboard}. */
  constructor() {
    this.#window = openWindow("Cannot watch the clipboard", {
      title: "",
      className: "winipc.clipboard",
      messageOnly: true,
      allowLowerIntegrity: false,
      clipboard: true,
    }, {
      told: (event) => {
        if (event.told !== "clipboard") return;
        const { sequence } = event;
        this.#inbox.push({ sequence, own: isOwnChange(sequence) });
      },
      failed: (error) => this.#inbox.end(error),
    });
    this.#inbox = new Inbox(this.#window);
  }

  /**
   * The next change, or waits for it.
   *
   * Throws the signal's reason; a `TimeoutError`;
   * {@linkcode Deno.errors.BadResource} when closed, before or meanwhile.
   */
  async receive(options: WaitOptions = {}): Promise<ClipboardChange> {
    return await this.#inbox.take(options);
  }

  /** The changes, until the watcher is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<ClipboardChange, void, void> {
    return this.#inbox.all();
  }

  /** Makes a pending wait keep the program alive, which is the default. */
  ref(): void {
    this.#inbox.setRef(true);
  }

  /** Lets the program end although a wait is pending. */
  unref(): void {
    this.#inbox.setRef(false);
  }

  /** Ends the watch; pending waits reject with `BadResource`. Twice is harmless. */
  close(): void {
    this.#inbox.end(
      new Deno.errors.BadResource("The clipboard's watcher is closed"),
    );
    this.#window.close();
  }

  /** Ends the watch, like {@linkcode ClipboardWatcher.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Ends the watch and waits until its window is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }
}
