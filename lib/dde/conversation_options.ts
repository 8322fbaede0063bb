/**
 * The options of a client's transactions.
 *
 * @module
 */

import type { WaitOptions } from "../io/wait.ts";

/** The options of all transactions. */
export interface DdeWaitOptions extends WaitOptions {
  /**
   * How long to wait for the server's answer, in ms, the wait for earlier
   * transactions of the conversation included. A transaction that took too long
   * may yet be done; the conversation goes on.
   *
   * @default {10000}
   */
  timeout?: number | undefined;
}

/** The options of {@linkcode DdeConversation.request} and {@linkcode DdeConversation.poke}. */
export interface DdeFormatOptions extends DdeWaitOptions {
  /**
   * The format, by its name: `CF_UNICODETEXT`, `CF_TEXT`, or one that any
   * program has registered, such as `XlTable`. Without it text is tried as
   * UTF-16 first and then, where the server refuses that, in the ANSI code
   * page of this computer; poked text of ASCII characters the other way round.
   */
  format?: string | undefined;
}

/** The options of {@linkcode DdeConversation.execute}. */
export interface ExecuteOptions extends DdeWaitOptions {
  /**
   * How the command is written: `utf-16le`, or `ansi` for the code page of this
   * computer. The rule is UTF-16 where the windows of both sides are, and that
   * is the default; some servers do not keep to it.
   */
  encoding?: "utf-16le" | "ansi" | undefined;
}
