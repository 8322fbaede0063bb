/**
 * Dynamic Data Exchange: the older programs' way to ask each other for data.
 *
 * A server has a service, topics of it, and items of each topic; Excel, for
 * one, serves its sheets and cells so. A client has a conversation about one
 * topic, in which it requests items, pokes new data into them, gives commands,
 * and is told of changes. Partners are all programs of the session, on DDEML or
 * on DDE's own messages, with texts in UTF-16 or in the ANSI code page.
 *
 * @example Process A serves
 * ```ts no-eval
 * import { serveDde } from "./mod.ts";
 *
 * const server = serveDde("shop", {
 *   topics: { prices: { items: { apple: "1.20" } } },
 * });
 * setInterval(() => {
 *   server.publish("prices", "apple", Math.random().toFixed(2));
 * }, 1000);
 * ```
 *
 * @example Process B asks, and watches
 * ```ts no-eval
 * import { connectDde } from "./mod.ts";
 *
 * using shop = await connectDde("shop", "prices");
 * console.log((await shop.request("apple")).text);
 * for await (const { data } of await shop.advise("apple")) {
 *   console.log(data?.text);
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
