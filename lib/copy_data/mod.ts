/**
 * Window messages: data by `WM_COPYDATA`, and registered messages.
 *
 * A receiver has a hidden window with a title or a class by which senders find
 * it. A message carries a tag, which is a number, and bytes. Its sender waits
 * for an answer. This works between all programs of one session, in any
 * language.
 *
 * @example Both processes in one
 * ```ts
 * import { listenMessages, sendCopyData } from "@winipc/winipc";
 *
 * await using listener = listenMessages({ title: "Client" });
 *
 * // In another process:
 * await sendCopyData("Client", new Uint8Array([0x68, 0, 0x69, 0]));
 *
 * // In the first one:
 * for await (const { bytes } of listener) {
 *   console.log(new TextDecoder("utf-16le").decode(bytes));
 *   break;
 * }
 * ```
 *
 * @module
 */

export { listenMessages, MessageListener } from "./listen.ts";
export type {
  CopyDataMessage,
  ListenMessagesOptions,
  MessageAnswer,
  MessageHandler,
  OwnWindowOptions,
} from "./listen_options.ts";
export {
  broadcastRegistered,
  type PostMessageOptions,
  postRegistered,
  registerMessage,
} from "./post.ts";
export {
  listenRegistered,
  RegisteredListener,
  type RegisteredMessage,
} from "./listen_registered.ts";
export { sendCopyData, type SendCopyDataOptions } from "./send.ts";
export {
  findWindows,
  type FindWindowsOptions,
  listWindows,
  type WindowInfo,
  type WindowTarget,
} from "./windows.ts";
export { WindowListener } from "../window/listener.ts";
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
