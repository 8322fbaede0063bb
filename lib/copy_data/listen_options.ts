/**
 * How windows listen, and what they hear.
 *
 * @module
 */

import { checkBoolean } from "../io/checks.ts";
import { checkWindowText } from "./windows.ts";

/** What came by `WM_COPYDATA`. */
export interface CopyDataMessage {
  /** The sender's number for what it is (`dwData`), exact up to 2 ** 53. */
  readonly tag: number;
  /** All 64 bits of it. */
  readonly rawTag: bigint;
  /** A copy of the data. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The handle of the window that says it has sent this (`wParam`), or 0. Anybody may say so. */
  readonly sender: number;
}

/**
 * What a handler says to the sender: true or 1 for "taken", which is also what
 * nothing means; false or 0 for "refused"; or any other integer.
 */
export type MessageAnswer = number | bigint | boolean | void;

/** Handles a message. What it throws is told to {@linkcode ListenMessagesOptions.onError}. */
export type MessageHandler = (
  message: CopyDataMessage,
) => MessageAnswer | Promise<MessageAnswer>;

/** How a window is found, and who may send to it. */
export interface OwnWindowOptions {
  /**
   * The window's title, by which senders find it.
   *
   * @default {""}
   */
  title?: string | undefined;
  /**
   * The name of its class, by which senders find it, too.
   *
   * @default {"winipc"}
   */
  className?: string | undefined;
  /**
   * Makes it a message-only window: it is found only by who looks for those,
   * and broadcasts do not reach it. This corresponds to `HWND_MESSAGE`.
   *
   * @default {false}
   */
  messageOnly?: boolean | undefined;
  /**
   * Lets programs of a lower integrity level send to it, which matters where
   * this program runs as administrator. This corresponds to
   * `ChangeWindowMessageFilterEx`.
   *
   * @default {false}
   */
  allowLowerIntegrity?: boolean | undefined;
}

/** The options of {@linkcode listenMessages}. */
export interface ListenMessagesOptions extends OwnWindowOptions {
  /**
   * How long a handler may take to answer, in ms. Then the sender gets 0.
   *
   * @default {5000}
   */
  answerTimeout?: number | undefined;
  /**
   * Without a handler: how many messages are taken before the program has
   * received them. The sender of a further one waits, up to `answerTimeout`,
   * and is refused where nobody receives. It may not have to wait while the
   * program itself sends a message.
   *
   * @default {1024}
   */
  backlog?: number | undefined;
  /**
   * Told of what a handler throws, of answers that are none, and of messages
   * that could not be taken, as for want of memory. The sender gets 0.
   *
   * @default {console.error}
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** How a window is found, and who may send to it. */
export interface WindowChoice {
  readonly title: string;
  readonly className: string;
  readonly messageOnly: boolean;
  readonly allowLowerIntegrity: boolean;
}

/** How a window is found, with all defaults filled in. */
export function checkedWindow(
  options: OwnWindowOptions,
): WindowChoice {
  const {
    title = "",
    className = "winipc",
    messageOnly = false,
    allowLowerIntegrity = false,
  } = options;
  checkWindowText("title", title);
  checkWindowText("className", className);
  if (className === "" || className.length > 255) {
    throw new RangeError("Invalid className: give 1 to 255 characters");
  }
  checkBoolean("messageOnly", messageOnly);
  checkBoolean("allowLowerIntegrity", allowLowerIntegrity);
  return { title, className, messageOnly, allowLowerIntegrity };
}
