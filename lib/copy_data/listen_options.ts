/**
 * The options and messages of listening windows.
 *
 * @module
 */

import { checkBoolean, checkString } from "../io/checks.ts";

/** A message received by `WM_COPYDATA`. */
export interface CopyDataMessage {
  /** The tag that the sender chose (`dwData`), exact up to 2 ** 53. */
  readonly tag: number;
  /** All 64 bits of the tag. */
  readonly rawTag: bigint;
  /** A copy of the data. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * The handle of the window that claims to be the sender (`wParam`), or 0. The
   * claim is not verified.
   */
  readonly sender: number;
}

/**
 * A handler's answer: true, 1 or nothing for "accepted"; false or 0 for
 * "refused"; or any other integer.
 */
export type MessageAnswer = number | bigint | boolean | void;

/**
 * Handles a message. {@linkcode ListenMessagesOptions.onError} receives what it
 * throws.
 */
export type MessageHandler = (
  message: CopyDataMessage,
) => MessageAnswer | Promise<MessageAnswer>;

/** The title and class of a window, and who may send to it. */
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
   * Creates a message-only window: only programs that search for those find it,
   * and it gets no broadcasts. This corresponds to `HWND_MESSAGE`.
   *
   * @default {false}
   */
  messageOnly?: boolean | undefined;
  /**
   * Lets programs of a lower integrity level send to it, which matters if this
   * program runs as administrator. This corresponds to
   * `ChangeWindowMessageFilterEx`.
   *
   * @default {false}
   */
  allowLowerIntegrity?: boolean | undefined;
}

/** The options of {@linkcode listenMessages}. */
export interface ListenMessagesOptions extends OwnWindowOptions {
  /**
   * How long a handler may take to answer, in ms. After that, the sender gets
   * 0. Meanwhile DDE, registered messages and the clipboard's changes wait in
   * this program.
   *
   * @default {5000}
   */
  answerTimeout?: number | undefined;
  /**
   * Without a handler: how many unreceived messages to keep. The sender of a
   * further one waits up to `answerTimeout`, and is refused if the program
   * receives none. It may not have to wait while the program itself sends a
   * message.
   *
   * @default {1024}
   */
  backlog?: number | undefined;
  /**
   * Called for errors that a handler throws, for invalid answers, and for
   * messages that could not be taken, for example because memory ran out. The
   * sender gets 0.
   *
   * @default {console.error}
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** The title and class of a window, and who may send to it. */
export interface WindowChoice {
  readonly title: string;
  readonly className: string;
  readonly messageOnly: boolean;
  readonly allowLowerIntegrity: boolean;
}

/** The same with all defaults filled in. */
export function checkedWindow(
  options: OwnWindowOptions,
): WindowChoice {
  const {
    title = "",
    className = "winipc",
    messageOnly = false,
    allowLowerIntegrity = false,
  } = options;
  checkString("title", title, 0);
  checkString("className", className, 1, 255);
  checkBoolean("messageOnly", messageOnly);
  checkBoolean("allowLowerIntegrity", allowLowerIntegrity);
  return { title, className, messageOnly, allowLowerIntegrity };
}
