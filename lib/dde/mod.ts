/**
 * Dynamic Data Exchange: the older programs' way to ask each other for data.
 *
 * A server has a service, topics of it, and items of each topic; Excel, for
 * one, serves its sheets and cells so. A client has a conversation about one
 * topic, in which it requests items, pokes new data into them, gives commands,
 * and is told of changes. Partners are all programs of the session, on DDEML or
 * on DDE's own messages, with texts in UTF-16 or in the ANSI code page.
 *
 * @example A server, and a client that asks and watches
 * ```ts
 * import { connectDde, serveDde } from "@winipc/winipc";
 *
 * await using server = serveDde("shop", {
 *   topics: { prices: { items: { apple: "1.20" } } },
 * });
 *
 * // In another process:
 * await using shop = await connectDde("shop", "prices");
 * console.log((await shop.request("apple")).text); // 1.20
 * const changes = await shop.advise("apple");
 *
 * server.publish("prices", "apple", "1.30");
 * for await (const { data } of changes) {
 *   console.log(data?.text); // 1.30
 *   break;
 * }
 * ```
 *
 * @module
 */

export { type AdviseOptions, DdeAdvice, type DdeUpdate } from "./advice.ts";
export {
  connectDde,
  type ConnectDdeOptions,
  ddeServices,
  type DdeServicesOptions,
  type DdeServiceTopic,
} from "./connect.ts";
export { DdeConversation } from "./conversation.ts";
export type {
  DdeFormatOptions,
  DdeWaitOptions,
  ExecuteOptions,
} from "./conversation_options.ts";
export type { DdeData, DdeValue } from "./data.ts";
export { DdeServer, serveDde } from "./serve.ts";
export type {
  DdeClient,
  DdeCommand,
  DdeDataRequest,
  DdeExecuteHandler,
  DdeItem,
  DdePoke,
  DdePokeHandler,
  DdeRequestHandler,
  DdeTopic,
  ServeDdeOptions,
} from "./serve_options.ts";
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait.ts";
