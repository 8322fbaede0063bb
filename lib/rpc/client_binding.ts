/**
 * Binding handles of clients.
 *
 * @module
 */

import { checkStatus, rpcrt4 } from "../win32/rpcrt4.ts";
import { toWide } from "../win32/wide.ts";
import type { Binding } from "./binding.ts";

/**
 * How calls are authenticated and protected, from nothing to encryption. This
 * corresponds to `RPC_C_AUTHN_LEVEL_…`, with Windows' own NTLM.
 */
export type RpcAuthentication =
  | "none"
  | "connect"
  | "call"
  | "packet"
  | "integrity"
  | "privacy";

/** The levels by Windows' numbers, which begin at 1. */
export const LEVELS: readonly RpcAuthentication[] = [
  "none",
  "connect",
  "call",
  "packet",
  "integrity",
  "privacy",
];
const RPC_C_AUTHN_WINNT = 10;
const RPC_C_AUTHZ_NONE = 0;

/** A binding handle, which the caller frees. Nothing is connected yet. */
export function openBinding(
  { protocol, address, endpoint }: Binding,
  authentication: RpcAuthentication,
): bigint {
  const { raw } = rpcrt4();
  const composed = new BigUint64Array(1);
  const binding = new BigUint64Array(1);
  checkStatus(
    "RpcStringBindingComposeW",
    raw.RpcStringBindingComposeW(
      null,
      toWide(protocol),
      address === "" ? null : toWide(address),
      endpoint === "" ? null : toWide(endpoint),
      null,
      composed,
    ),
  );
  const status = raw.RpcBindingFromStringBindingW(composed[0]!, binding);
  raw.RpcStringFreeW(composed);
  checkStatus("RpcBindingFromStringBindingW", status);
  if (authentication !== "none") authenticate(binding, authentication);
  return binding[0]!;
}

function authenticate(
  binding: BigUint64Array<ArrayBuffer>,
  authentication: RpcAuthentication,
): void {
  const { raw } = rpcrt4();
  const status = raw.RpcBindingSetAuthInfoW(
    binding[0]!,
    0n,
    LEVELS.indexOf(authentication) + 1,
    RPC_C_AUTHN_WINNT,
    0n,
    RPC_C_AUTHZ_NONE,
  );
  if (status !== 0) raw.RpcBindingFree(binding);
  checkStatus("RpcBindingSetAuthInfoW", status);
}
