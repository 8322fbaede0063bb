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
import { fn, type Table } from "./table.ts";

/** The functions of rpcrt4.dll that winipc uses. */
export const RPCRT4_TABLE = {
  RpcStringBindingComposeW: fn(`(
    ObjUuid: text, ProtSeq: text, NetworkAddr: text, Endpoint: text,
    Options: text, StringBinding: buffer,
  ): u32`),
  RpcBindingFromStringBindingW: fn(`(
    StringBinding: usize, Binding: buffer,
  ): u32`),
  RpcBindingToStringBindingW: fn(`(
    Binding: usize, StringBinding: buffer,
  ): u32`),
  RpcStringFreeW: fn("(String: buffer): u32"),
  RpcBindingFree: fn("(Binding: buffer): u32"),
  RpcBindingSetAuthInfoExW: fn(`(
    Binding: usize, ServerPrincName: buffer, AuthnLevel: u32, AuthnSvc: u32,
    AuthIdentity: usize, AuthzSvc: u32, SecurityQOS: buffer,
  ): u32`),
  RpcEpRegisterW: fn(
    `(
      IfSpec: usize, BindingVector: usize, UuidVector: usize,
      Annotation: buffer,
    ): u32`,
    { nonblocking: true },
  ),
  RpcEpUnregister: fn(
    "(IfSpec: usize, BindingVector: usize, UuidVector: usize): u32",
    { nonblocking: true },
  ),
  RpcServerUseProtseqW: fn(`(
    Protseq: text, MaxCalls: u32, SecurityDescriptor: usize,
  ): u32`),
  RpcServerUseProtseqEpW: fn(`(
    Protseq: text, MaxCalls: u32, Endpoint: text, SecurityDescriptor: usize,
  ): u32`),
  RpcServerInqBindings: fn("(BindingVector: buffer): u32"),
  RpcBindingVectorFree: fn("(BindingVector: buffer): u32"),
  RpcServerRegisterIf2: fn(`(
    IfSpec: usize, MgrTypeUuid: usize, MgrEpv: usize, Flags: u32, MaxCalls: u32,
    MaxRpcSize: u32, IfCallbackFn: usize,
  ): u32`),
  // Waits for pending calls.
  RpcServerUnregisterIf: fn(
    "(IfSpec: usize, MgrTypeUuid: usize, WaitForCallsToComplete: u32): u32",
    { nonblocking: true },
  ),
  RpcServerRegisterAuthInfoW: fn(`(
    ServerPrincName: usize, AuthnSvc: u32, GetKeyFn: usize, Arg: usize,
  ): u32`),
  RpcBindingInqAuthClientW: fn(`(
    ClientBinding: usize, Privs: buffer, ServerPrincName: usize,
    AuthnLevel: usize, AuthnSvc: usize, AuthzSvc: usize,
  ): u32`),
  RpcServerInqCallAttributesW: fn(`(
    ClientBinding: usize, RpcCallAttributes: buffer,
  ): u32`),
  I_RpcBindingInqLocalClientPID: fn("(Binding: usize, Pid: buffer): u32"),
  I_RpcGetBuffer: fn("(Message: usize): u32"),
  I_RpcGetBufferNonblocking: fn("(Message: usize): u32", {
    name: "I_RpcGetBuffer",
    nonblocking: true,
  }),
  I_RpcSendReceiveNonblocking: fn("(Message: usize): u32", {
    name: "I_RpcSendReceive",
    nonblocking: true,
  }),
  I_RpcFreeBuffer: fn("(Message: usize): u32"),
  RpcCancelThreadEx: fn("(Thread: usize, Timeout: i32): u32"),
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
