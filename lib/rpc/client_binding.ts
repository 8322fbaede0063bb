/**
 * Binding handles of clients.
 *
 * @module
 */

import { checkStatus, RPC_SECURITY_QOS, rpcrt4 } from "../win32/rpcrt4.ts";
import { pack } from "../win32/structs.ts";
import { toUtf16 } from "../win32/utf16.ts";
import type { Binding } from "./binding.ts";

/**
 * How to authenticate and protect calls, from nothing to encryption. This
 * corresponds to `RPC_C_AUTHN_LEVEL_…`.
 */
export type RpcAuthentication =
  | "none"
  | "connect"
  | "call"
  | "packet"
  | "integrity"
  | "privacy";

/** The levels, indexed by Windows' numbers from 1. */
export const LEVELS: readonly RpcAuthentication[] = [
  "none",
  "connect",
  "call",
  "packet",
  "integrity",
  "privacy",
];
/**
 * The authentication service: Windows' NTLM (`RPC_C_AUTHN_WINNT`), or one that
 * client and server negotiate (`RPC_C_AUTHN_GSS_NEGOTIATE`), which is Kerberos
 * if the server's principal is known.
 */
export type RpcAuthenticationService = "ntlm" | "negotiate";

/** The services by Windows' numbers. */
export const SERVICES: Readonly<Record<RpcAuthenticationService, number>> = {
  negotiate: 9,
  ntlm: 10,
};

/** How a client authenticates. */
export interface BindingSecurity {
  readonly authentication: RpcAuthentication;
  readonly service: RpcAuthenticationService;
  /** The server's principal name. */
  readonly principal: string | undefined;
}

const RPC_C_AUTHZ_NONE = 0;
const RPC_C_SECURITY_QOS_VERSION = 1;
const RPC_C_IMP_LEVEL_IDENTIFY = 2;

/** Creates a binding handle, which the caller frees. It does not connect yet. */
export function openBinding(
  { protocol, address, endpoint }: Binding,
  security: BindingSecurity,
): bigint {
  const { raw } = rpcrt4();
  const composed = new BigUint64Array(1);
  const binding = new BigUint64Array(1);
  checkStatus(
    "RpcStringBindingComposeW",
    raw.RpcStringBindingComposeW(
      null,
      toUtf16(protocol),
      address === "" ? null : toUtf16(address),
      endpoint === "" ? null : toUtf16(endpoint),
      null,
      composed,
    ),
  );
  const status = raw.RpcBindingFromStringBindingW(composed[0]!, binding);
  raw.RpcStringFreeW(composed);
  checkStatus("RpcBindingFromStringBindingW", status);
  if (security.authentication !== "none") authenticate(binding, security);
  return binding[0]!;
}

/**
 * Authenticates so that the server can identify the caller, but not act as the
 * caller (Microsoft: RPC_SECURITY_QOS; the default level is impersonation).
 */
function authenticate(
  binding: BigUint64Array<ArrayBuffer>,
  { authentication, service, principal }: BindingSecurity,
): void {
  const { raw } = rpcrt4();
  const status = raw.RpcBindingSetAuthInfoExW(
    binding[0]!,
    principal === undefined ? null : toUtf16(principal),
    LEVELS.indexOf(authentication) + 1,
    SERVICES[service],
    0n,
    RPC_C_AUTHZ_NONE,
    pack(RPC_SECURITY_QOS, {
      Version: RPC_C_SECURITY_QOS_VERSION,
      ImpersonationType: RPC_C_IMP_LEVEL_IDENTIFY,
    }),
  );
  if (status !== 0) raw.RpcBindingFree(binding);
  checkStatus("RpcBindingSetAuthInfoExW", status);
}
