/**
 * Receiving registered messages.
 *
 * @module
 */

import { useNative } from "../io/permissions/required_libraries.ts";
import { WindowListener } from "../window/listener.ts";
import {
  checkedWindow,
  type OwnWindowOptions,
  type WindowChoice,
} from "./listen_options.ts";
import { checkMessageName, register } from "./post.ts";
import type {
  RegisteredEvent,
  RegisteredSettings,
} from "./registered_window_handler.ts";

/** A registered message that has arrived. */
export interface RegisteredMessage {
  /** Its registered name. */
  readonly name: string;
  /** The first number (`wParam`). */
  readonly wParam: bigint;
  /** The second number (`lParam`). */
  readonly lParam: bigint;
}

/**
 * Opens a hidden window that receives the registered messages `names`, posted
 * to it or broadcast. It needs the same permissions as `listenMessages()`.
 *
 * @throws {Deno.errors.NotCapable} without these permissions
 * @throws {TypeError} for a bad name or option
 * @throws {RangeError} for a name of more than 255 characters
 *
 * @example
 * ```ts
 * import { listenRegistered, postRegistered } from "@winipc/winipc";
 *
 * await using listener = listenRegistered(["app.refresh"], { title: "Board" });
 * postRegistered("Board", "app.refresh"); // in another process
 * for await (const { name } of listener) {
 *   console.log(name);
 *   break;
 * }
 * ```
 */
export function listenRegistered(
  names: readonly string[],
  options: OwnWindowOptions = {},
): RegisteredListener {
  if (!Array.isArray(names) || names.length === 0) {
    throw new TypeError("Invalid names: give the names of one message or more");
  }
  names.forEach(checkMessageName);
  return new RegisteredListener(names, checkedWindow(options));
}

/**
 * A window that receives registered messages. Made by {@linkcode listenRegistered}.
 *
 * @example
 * ```ts
 * import { listenRegistered, postRegistered } from "@winipc/winipc";
 *
 * await using listener = listenRegistered(["app.refresh"], { title: "Board" });
 * postRegistered("Board", "app.refresh"); // in another process
 * console.log((await listener.receive({ timeout: 5000 })).name);
 * ```
 */
export class RegisteredListener extends WindowListener<RegisteredMessage> {
  /** The window's title. */
  readonly title: string;

  /** Use {@linkcode listenRegistered}. */
  constructor(names: readonly string[], options: WindowChoice) {
    useNative("message");
    const { title } = options;
    const byNumber = new Map(names.map((name) => [register(name), name]));
    super({
      action: `Cannot listen as the window "${title}"`,
      subject: `The listener "${title}"`,
      window: {
        ...options,
        handler: "registered",
        settings: [...byNumber.keys()] satisfies RegisteredSettings,
      },
      items(event) {
        if (event.type !== "event") return [];
        const { message, wParam, lParam } = event.event as RegisteredEvent;
        return [{ name: byNumber.get(message)!, wParam, lParam }];
      },
    });
    this.title = title;
  }
}
