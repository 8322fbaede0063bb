/**
 * rpcrt4: remote procedure calls. Its functions return a status, 0 for success.
 *
 * The functions for the calls themselves (`I_Rpc…`) are those that the stubs of
 * Microsoft's compiler use.
 *
 * @module
 */

import { Win32Error } from "./error.ts";
import { library } from "./library.ts";
import { struct } from "./structs.ts";
import type { Table } from "./table.ts";

const OF_MESSAGE = {
  parameters: [
    ["Message", "usize"],
  ],
  result: "u32",
  fails: "never",
} as const;

/** The functions of rpcrt4.dll that winipc uses. */
export const RPCRT4_TABLE = {
  RpcStringBindingComposeW: {
    parameters: [
      ["ObjUuid", "buffer"],
      ["ProtSeq", "buffer"],
      ["NetworkAddr", "buffer"],
      ["Endpoint", "buffer"],
      ["Options", "buffer"],
      ["StringBinding", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcBindingFromStringBindingW: {
    parameters: [
      ["StringBinding", "usize"],
      ["Binding", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcBindingToStringBindingW: {
    parameters: [
      ["Binding", "usize"],
      ["StringBinding", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcStringFreeW: {
    parameters: [
      ["String", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcBindingFree: {
    parameters: [
      ["Binding", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcBindingSetAuthInfoExW: {
    parameters: [
      ["Binding", "usize"],
      ["ServerPrincName", "buffer"],
      ["AuthnLevel", "u32"],
      ["AuthnSvc", "u32"],
      ["AuthIdentity", "usize"],
      ["AuthzSvc", "u32"],
      ["SecurityQOS", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcEpRegisterW: {
    parameters: [
      ["IfSpec", "usize"],
      ["BindingVector", "usize"],
      ["UuidVector", "usize"],
      ["Annotation", "buffer"],
    ],
    result: "u32",
    fails: "never",
    nonblocking: true,
  },
  RpcEpUnregister: {
    parameters: [
      ["IfSpec", "usize"],
      ["BindingVector", "usize"],
      ["UuidVector", "usize"],
    ],
    result: "u32",
    fails: "never",
    nonblocking: true,
  },
  RpcServerUseProtseqW: {
    parameters: [
      ["Protseq", "buffer"],
      ["MaxCalls", "u32"],
      ["SecurityDescriptor", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcServerUseProtseqEpW: {
    parameters: [
      ["Protseq", "buffer"],
      ["MaxCalls", "u32"],
      ["Endpoint", "buffer"],
      ["SecurityDescriptor", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcServerInqBindings: {
    parameters: [
      ["BindingVector", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcBindingVectorFree: {
    parameters: [
      ["BindingVector", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcServerRegisterIf2: {
    parameters: [
      ["IfSpec", "usize"],
      ["MgrTypeUuid", "usize"],
      ["MgrEpv", "usize"],
      ["Flags", "u32"],
      ["MaxCalls", "u32"],
      ["MaxRpcSize", "u32"],
      ["IfCallbackFn", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  // Waits for pending calls.
  RpcServerUnregisterIf: {
    parameters: [
      ["IfSpec", "usize"],
      ["MgrTypeUuid", "usize"],
      ["WaitForCallsToComplete", "u32"],
    ],
    result: "u32",
    fails: "never",
    nonblocking: true,
  },
  RpcServerRegisterAuthInfoW: {
    parameters: [
      ["ServerPrincName", "usize"],
      ["AuthnSvc", "u32"],
      ["GetKeyFn", "usize"],
      ["Arg", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcBindingInqAuthClientW: {
    parameters: [
      ["ClientBinding", "usize"],
      ["Privs", "buffer"],
      ["ServerPrincName", "usize"],
      ["AuthnLevel", "usize"],
      ["AuthnSvc", "usize"],
      ["AuthzSvc", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  RpcServerInqCallAttributesW: {
    parameters: [
      ["ClientBinding", "usize"],
      ["RpcCallAttributes", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  I_RpcBindingInqLocalClientPID: {
    parameters: [
      ["Binding", "usize"],
      ["Pid", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  I_RpcGetBuffer: OF_MESSAGE,
  I_RpcGetBufferNonblocking: {
    ...OF_MESSAGE,
    name: "I_RpcGetBuffer",
    nonblocking: true,
  },
  I_RpcSendReceiveNonblocking: {
    ...OF_MESSAGE,
    name: "I_RpcSendReceive",
    nonblocking: true,
  },
  I_RpcFreeBuffer: OF_MESSAGE,
  RpcCancelThreadEx: {
    parameters: [
      ["Thread", "usize"],
      ["Timeout", "i32"],
    ],
    result: "u32",
    fails: "never",
  },
} as const satisfies Table;

/** Opens rpcrt4 on the first call. */
export const rpcrt4 = library("rpcrt4.dll", RPCRT4_TABLE);

/**
 * Checks the status that `call` returned.
 *
 * @throws {Win32Error} unless it is 0
 */
export function checkStatus(
  call: keyof typeof RPCRT4_TABLE,
  status: number,
): void {
  if (status !== 0) throw new Win32Error(call, status);
}

/** `RPC_MESSAGE`: a call, as in stubs. */
export const RPC_MESSAGE = struct(80, {
  Handle: [0, "usize"],
  DataRepresentation: [8, "u32"],
  Buffer: [16, "usize"],
  BufferLength: [24, "u32"],
  ProcNum: [28, "u32"],
  RpcInterfaceInformation: [40, "usize"],
  ReservedForRuntime: [48, "usize"],
});

/** `RPC_SYNTAX_IDENTIFIER`: a UUID, followed by the version. */
export const RPC_SYNTAX_IDENTIFIER = struct(20, {});

/** `RPC_VERSION`: the version of an interface. */
export const RPC_VERSION = struct(4, {
  MajorVersion: [0, "u16"],
  MinorVersion: [2, "u16"],
});

/** The offset of the version in an `RPC_SYNTAX_IDENTIFIER`. */
export const SYNTAX_VERSION_OFFSET = 16;

/** `RPC_CLIENT_INTERFACE`: the interface that a client wants. */
export const RPC_CLIENT_INTERFACE = struct(96, {
  Length: [0, "u32"],
});

/** `RPC_SERVER_INTERFACE`: the interface of a server. */
export const RPC_SERVER_INTERFACE = struct(96, {
  Length: [0, "u32"],
  DispatchTable: [48, "usize"],
});

/** The offset of the interface's identifier in both. */
export const INTERFACE_ID_OFFSET = 4;
/** The offset of the transfer syntax' identifier in both. */
export const TRANSFER_SYNTAX_OFFSET = 24;

/** `RPC_DISPATCH_TABLE`: the procedures of an interface. */
export const RPC_DISPATCH_TABLE = struct(24, {
  DispatchTableCount: [0, "u32"],
  DispatchTable: [8, "usize"],
});

/**
 * `RPC_BINDING_VECTOR`: a count, and that many binding handles from {@linkcode
 * BINDINGS_OFFSET}.
 */
export const RPC_BINDING_VECTOR = struct(16, {
  Count: [0, "u32"],
});

/** `RPC_SECURITY_QOS`: how far a server may act for its client. */
export const RPC_SECURITY_QOS = struct(16, {
  Version: [0, "u32"],
  ImpersonationType: [12, "u32"],
});

/** `RPC_CALL_ATTRIBUTES_V2_W`: Windows' information about a received call. */
export const RPC_CALL_ATTRIBUTES_V2_W = struct(112, {
  Version: [0, "u32"],
  Flags: [4, "u32"],
  IsClientLocal: [60, "i32"],
});

/** The offset of the handles in an `RPC_BINDING_VECTOR`. */
export const BINDINGS_OFFSET = 8;
