/**
 * Mailslots: one reader, any number of writers, one message a write.
 *
 * A reader creates a mailslot by name and receives; writers open that name and
 * send. Messages arrive whole, in the order of sending, and are kept by Windows
 * until they are read. Nothing comes back: a mailslot is a one-way street, and
 * a writer does not learn whether a message was read. When the reader closes,
 * the name is free again and unread messages are gone.
 *
 * A writer may also address another computer (`\\computer\mailslot\x`), a
 * domain (`\\domain\mailslot\x`) or everybody (`\\*\mailslot\x`). Such messages
 * carry at most 424 bytes, may get lost or come twice, and are turned off by
 * default since Windows 11 24H2.
 *
 * Three things are otherwise than one expects, and each is dealt with:
 * - A read needs room for the whole message, or fails and leaves it: a receive
 *   tries with 4096 bytes, and where that is too little asks for the size.
 * - Windows cannot look at a message without taking it: `peek` takes it and
 *   keeps it for the next receive.
 * - Windows tells nobody that a mailslot was made: who waits for a reader tries
 *   its name every few milliseconds.
 *
 * Both ends are overlapped handles on the port that all of winipc shares, so
 * that a receive waits without a thread and can be given up. The reader is made
 * in `mailslot/create.ts` and stands in `mailslot/reader.ts`, the sender in
 * `mailslot/open.ts` and `mailslot/sender.ts`.
 *
 * @example Both processes in one
 * ```ts
 * import { createMailslot, openMailslot } from "@winipc/winipc";
 *
 * await using mailslot = createMailslot("Name");
 *
 * // In another process:
 * await using sender = await openMailslot("Name", { waitForReader: true });
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

export { createMailslot, type CreateMailslotOptions } from "./create.ts";
export { openMailslot, type OpenMailslotOptions } from "./open.ts";
export { Mailslot, type MailslotInfo } from "./reader.ts";
export { MailslotSender } from "./sender.ts";
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait.ts";
