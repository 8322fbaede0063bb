/**
 * Mailslots: one reader, any number of writers, one message per write.
 *
 * A reader creates a mailslot by name ({@linkcode createMailslot}) and receives;
 * writers open that name ({@linkcode openMailslot}) and send. Messages arrive
 * whole, in the order of sending, and Windows keeps them until they are read.
 * Mailslots have one direction: a writer does not learn whether a message was
 * read. When the reader closes, the name is free again and unread messages are
 * gone.
 *
 * A writer may also address another computer (`\\computer\mailslot\x`), a
 * domain (`\\domain\mailslot\x`) or all computers (`\\*\mailslot\x`). Such
 * messages carry at most 424 bytes, may be lost or arrive twice, and are
 * disabled by default since Windows 11 24H2.
 *
 * Three behaviours may surprise you. winipc handles each of them:
 * - A read fails and leaves the message if the buffer is too small. {@linkcode
 *   Mailslot.receive} tries 4096 bytes first and then asks for the size.
 * - Windows has no peek for mailslots. {@linkcode Mailslot.peek} takes the message
 *   and keeps it for the next `receive`.
 * - Windows does not announce new mailslots. A sender that waits for a reader
 *   tries its name every few milliseconds.
 *
 * Both ends are overlapped handles on the port that all of winipc shares, so a
 * receive needs no thread and can be cancelled.
 *
 * @example Both processes in one
 * ```ts
 * import { createMailslot, openMailslot } from "@winipc/winipc";
 *
 * await using mailslot = createMailslot("Name");
 *
 * // In another process:
 * await using sender = await openMailslot("Name", { waitForPeer: true });
 * await sender.send(new TextEncoder().encode("hello"));
 *
 * // In the first one:
 * for await (const message of mailslot) {
 *   console.log(new TextDecoder().decode(message));
 *   break;
 * }
 * ```
 *
 * @module
 */

// create.ts makes the reader in reader.ts, and open.ts the sender in sender.ts.
export { createMailslot, type CreateMailslotOptions } from "./create.ts";
export { openMailslot, type OpenMailslotOptions } from "./open.ts";
export { Mailslot, type MailslotInfo } from "./reader.ts";
export { MailslotSender } from "./sender.ts";
// Types that the signatures above mention, so that the documentation is complete.
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
