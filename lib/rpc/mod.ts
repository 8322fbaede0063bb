/**
 * Remote procedure calls without MIDL: an interface is a UUID, a version and
 * handlers from bytes to bytes.
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
