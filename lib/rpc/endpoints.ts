/**
 * The endpoints of this process: where its servers are reached.
 *
 * RPC has no way to give an endpoint up. It stays this process' until that
 * ends, and a server that comes back to it finds it ready.
 *
 * @module
 */

import { security } from "../io/security.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyOut } from "../win32/memory.ts";
import {
  BINDINGS_OFFSET,
  checkStatus,
  RPC_BINDING_VECTOR,
  rpcrt4,
} from "../win32/rpcrt4.ts";
import { field } from "../win32/structs.ts";
import { fromWide, toWide } from "../win32/wide.ts";
import {
  type Binding,
  formatBinding,
  parseBinding,
  type RpcProtocol,
} from "./binding.ts";
import { attemptRpc } from "./failure.ts";

const RPC_C_PROTSEQ_MAX_REQS_DEFAULT = 10;

const own = new Set<string>();
const dynamic = new Map<RpcProtocol, string>();

/**
 * Opens the endpoint of `binding`, or one that Windows chooses where it has
 * none, and gives the binding with its endpoint.
 *
 * @throws {Deno.errors.AddrInUse} when another program has the endpoint
 */
export function openEndpoint(
  binding: Binding,
  sddl: string | undefined,
): Binding {
  const action = `Cannot serve at "${formatBinding(binding)}"`;
  using secured = security(sddl);
  return attemptRpc(
    action,
    () =>
      binding.endpoint === ""
        ? openDynamic(binding, secured.descriptor)
        : openStatic(binding, secured.descriptor),
  );
}

function openStatic(binding: Binding, descriptor: bigint): Binding {
  const { protocol, endpoint } = binding;
  const key = `${protocol}:${endpoint.toLowerCase()}`;
  if (own.has(key)) return binding;
  const status = rpcrt4().raw.RpcServerUseProtseqEpW(
    toWide(protocol),
    RPC_C_PROTSEQ_MAX_REQS_DEFAULT,
    toWide(endpoint),
    descriptor,
  );
  checkStatus("RpcServerUseProtseqEpW", status);
  own.add(key);
  return binding;
}

function openDynamic(binding: Binding, descriptor: bigint): Binding {
  const { protocol } = binding;
  let endpoint = dynamic.get(protocol);
  if (endpoint === undefined) {
    const before = endpointsOf(protocol);
    const status = rpcrt4().raw.RpcServerUseProtseqW(
      toWide(protocol),
      RPC_C_PROTSEQ_MAX_REQS_DEFAULT,
      descriptor,
    );
    checkStatus("RpcServerUseProtseqW", status);
    const after = endpointsOf(protocol);
    endpoint = after.find((endpoint) => !before.includes(endpoint)) ??
      after.at(-1) ?? "";
    dynamic.set(protocol, endpoint);
  }
  return { ...binding, endpoint };
}

function endpointsOf(protocol: RpcProtocol): string[] {
  using vector = ownBindings();
  return vector.strings
    .filter((text) => text.startsWith(`${protocol}:`))
    .map((text) => parseBinding(text).endpoint);
}

/** The bindings of this process, as Windows keeps them. */
export interface OwnBindings extends Disposable {
  /** The address of the `RPC_BINDING_VECTOR`; 0 where there is none. */
  readonly vector: bigint;
  /** The bindings as strings. */
  readonly strings: readonly string[];
}

/** Asks for the bindings of this process. */
export function ownBindings(): OwnBindings {
  const { raw } = rpcrt4();
  const vector = new BigUint64Array(1);
  const status = raw.RpcServerInqBindings(vector);
  if (status === ERROR.RPC_S_NO_BINDINGS) {
    return { vector: 0n, strings: [], [Symbol.dispose]() {} };
  }
  checkStatus("RpcServerInqBindings", status);
  const address = vector[0]!;
  const head = new Uint8Array(RPC_BINDING_VECTOR.size);
  copyOut(address, head);
  const count = field(RPC_BINDING_VECTOR, head, "Count");
  const handles = new BigUint64Array(count);
  copyOut(address + BigInt(BINDINGS_OFFSET), new Uint8Array(handles.buffer));
  return {
    vector: address,
    strings: [...handles].filter((handle) => handle !== 0n).map(bindingString),
    [Symbol.dispose]() {
      raw.RpcBindingVectorFree(vector);
    },
  };
}

/** A binding handle as a string. */
export function bindingString(handle: bigint): string {
  const { raw } = rpcrt4();
  const text = new BigUint64Array(1);
  const status = raw.RpcBindingToStringBindingW(handle, text);
  checkStatus("RpcBindingToStringBindingW", status);
  try {
    return wideAt(text[0]!);
  } finally {
    raw.RpcStringFreeW(text);
  }
}

/** The wide string at `address`. */
export function wideAt(address: bigint): string {
  const length = kernel32().raw.StringLength(address);
  const bytes = new Uint8Array(2 * length);
  copyOut(address, bytes);
  return fromWide(bytes);
}
