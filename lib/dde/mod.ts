/**
 * Dynamic Data Exchange: how older programs exchange data.
 *
 * A server has a service with topics, and each topic has items. Excel, for
 * example, serves its sheets as topics and its cells as items. A client has a
 * conversation about one topic. In it, the client requests items, pokes new
 * data into them, executes commands, and watches changes. Any program of the
 * session can be a partner, with DDEML or with DDE's own messages, with text in
 * UTF-16 or in the ANSI code page.
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

export {
  type AdviseOptions,
  DdeAdviseLoop,
  type DdeUpdate,
} from "./client_advise_loop.ts";
export {
  connectDde,
  type ConnectDdeOptions,
  type DdeServicesOptions,
  type DdeServiceTopic,
  listDdeServices,
} from "./connect.ts";
export { DdeConversation } from "./client_conversation.ts";
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
export type { WaitOptions } from "../io/wait/wait_options.ts";
