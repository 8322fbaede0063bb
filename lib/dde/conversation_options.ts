/**
 * The options of a client's transactions.
 *
 * @module
 */

import type { WaitOptions } from "../io/wait/wait_options.ts";

/** The options of all transactions. */
export interface DdeWaitOptions extends WaitOptions {
  /**
   * How long to wait for the server's answer, in ms, including the wait for
   * earlier transactions of the conversation. The server may still process a
   * transaction after the timeout; the conversation continues.
   *
   * @default {10000}
   */
  timeout?: number | undefined;
}

/** The options of {@linkcode DdeConversation.request} and {@linkcode DdeConversation.poke}. */
export interface DdeFormatOptions extends DdeWaitOptions {
  /**
   * The name of the format: `CF_UNICODETEXT`, `CF_TEXT`, or a registered one
   * such as `XlTable`. By default, text is tried as UTF-16 and then, if the
   * server refuses that, in this computer's ANSI code page. Poked text of ASCII
   * characters is tried the other way round.
   */
  format?: string | undefined;
}

/** The options of {@linkcode DdeConversation.execute}. */
export interface ExecuteOptions extends DdeWaitOptions {
  /**
   * The encoding of the command: `utf-16le`, or `ansi` for this computer's code
   * page. By the rules it is UTF-16 if both windows are Unicode, which is the
   * default; some servers ignore the rule.
   */
  encoding?: "utf-16le" | "ansi" | undefined;
}
