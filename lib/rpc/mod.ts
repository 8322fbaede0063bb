/**
 * Remote procedure calls without MIDL: an interface is a UUID, a version and
 * handlers from bytes to bytes. {@linkcode ndr} encodes arguments as in programs
 * that MIDL compiled.
 *
 * @example
 * ```ts
 * import { connectRpc, serveRpc } from "@winipc/winipc";
 *
 * const uuid = "2f5d8c7e-3b7a-4c53-8a5e-90d1f6a4b7c2";
 * await using server = await serveRpc({
 *   bindings: ["ncalrpc:[adder]"],
 *   interfaces: { uuid, procedures: [([a, b]) => Uint8Array.of(a! + b!)] },
 * });
 *
 * // In another process:
 * using client = await connectRpc("ncalrpc:[adder]", { uuid });
 * console.log(await client.call(0, Uint8Array.of(2, 3))); // Uint8Array [ 5 ]
 * ```
 *
 * @module
 */

export type { RpcProtocol } from "./binding.ts";
export type { RpcCaller } from "./caller_identity.ts";
export type {
  RpcAuthentication,
  RpcAuthenticationService,
} from "./client_binding.ts";
export {
  connectRpc,
  type ConnectRpcOptions,
  type RpcClient,
} from "./connect.ts";
export { RpcFault, RpcHandlerError } from "./errors.ts";
export { type RpcServer, serveRpc } from "./serve.ts";
export type {
  RpcCall,
  RpcHandler,
  RpcInterface,
  ServeRpcOptions,
} from "./serve_options.ts";
export * as ndr from "./ndr.ts";
export type { RpcInterfaceId } from "./uuid.ts";
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
