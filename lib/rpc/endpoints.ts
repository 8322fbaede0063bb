/**
 * The endpoints of this process, where its servers listen.
 *
 * RPC cannot close an endpoint. It belongs to this process until that ends, and
 * a later server on it finds it open.
 *
 * @module
 */

import { security } from "../io/object/security.ts";
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
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";
import {
  type Binding,
  formatBinding,
  parseBinding,
  type RpcProtocol,
} from "./binding.ts";
import { attemptRpc } from "./errors.ts";

const RPC_C_PROTSEQ_MAX_REQS_DEFAULT = 10;

/**
 * The descriptor of each endpoint of this process, as it was passed; a TCP
 * endpoint has none.
 */
const own = new Map<string, string | undefined>();
/** The endpoints that Windows has chosen. */
const dynamic = new Map<RpcProtocol, string>();

/**
 * Opens the endpoints of `bindings`; Windows chooses those that are missing.
 * Returns the bindings with their endpoints.
 *
 * @throws {Deno.errors.AddrInUse} when another program has an endpoint, or with
 * `sddl` when another thread of this one has it
 * @throws {Deno.errors.AlreadyExists} when this process has one with another
 * `sddl`; then no endpoint is opened
 */
export function openEndpoints(
  bindings: readonly Binding[],
  sddl: string | undefined,
): Binding[] {
  using secured = security(sddl);
  for (const binding of bindings) checkDescriptor(binding, sddl);
  return bindings.map((binding) => {
    const descriptor = takesDescriptor(binding) ? secured.descriptor : 0n;
    const opened = attemptRpc(
      `Cannot serve at "${formatBinding(binding)}"`,
      () =>
        binding.endpoint === ""
          ? openDynamic(binding, descriptor)
          : openStatic(binding, descriptor),
    );
    const key = keyOf(opened);
    if (!own.has(key)) own.set(key, descriptorFor(binding, sddl));
    return opened;
  });
}

/** Windows ignores a descriptor for an existing endpoint, without an error. */
function checkDescriptor(binding: Binding, sddl: string | undefined): void {
  const endpoint = binding.endpoint || dynamic.get(binding.protocol);
  if (endpoint === undefined) return;
  const key = keyOf({ ...binding, endpoint });
  if (!own.has(key) || own.get(key) === descriptorFor(binding, sddl)) return;
  const has = own.get(key);
  throw new Deno.errors.AlreadyExists(
    `Cannot serve at "${formatBinding(binding)}" ${withSddl(sddl)}: ` +
      `this process has the endpoint already ${withSddl(has)}, ` +
      "and Windows keeps that until the process ends; give the same, or another endpoint",
  );
}

function withSddl(sddl: string | undefined): string {
  return sddl === undefined ? "without sddl" : `with sddl "${sddl}"`;
}

/** A port has no descriptor in Windows. */
function takesDescriptor({ protocol }: Binding): boolean {
  return protocol !== "ncacn_ip_tcp";
}

function descriptorFor(
  binding: Binding,
  sddl: string | undefined,
): string | undefined {
  return takesDescriptor(binding) ? sddl : undefined;
}

function keyOf({ protocol, endpoint }: Binding): string {
  return `${protocol}:${endpoint.toLowerCase()}`;
}

function openStatic(binding: Binding, descriptor: bigint): Binding {
  const { protocol, endpoint } = binding;
  if (own.has(keyOf(binding))) return binding;
  const status = rpcrt4().raw.RpcServerUseProtseqEpW(
    toUtf16(protocol),
    RPC_C_PROTSEQ_MAX_REQS_DEFAULT,
    toUtf16(endpoint),
    descriptor,
  );
  // Another thread of this process may have opened it, with a descriptor that
  // this one does not know.
  const taken = status === ERROR.RPC_S_DUPLICATE_ENDPOINT;
  if (taken && descriptor === 0n && isOpen(binding)) return binding;
  checkStatus("RpcServerUseProtseqEpW", status);
  return binding;
}

/** Whether this process has the endpoint. */
function isOpen(binding: Binding): boolean {
  return endpointsOf(binding.protocol).some((endpoint) =>
    keyOf({ ...binding, endpoint }) === keyOf(binding)
  );
}

function openDynamic(binding: Binding, descriptor: bigint): Binding {
  const { protocol } = binding;
  let endpoint = dynamic.get(protocol);
  if (endpoint === undefined) {
    const before = endpointsOf(protocol);
    const status = rpcrt4().raw.RpcServerUseProtseqW(
      toUtf16(protocol),
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
  /** The address of the `RPC_BINDING_VECTOR`; 0 if there is none. */
  readonly vector: bigint;
  /** The bindings as strings. */
  readonly strings: readonly string[];
}

/** Asks Windows for the bindings of this process. */
export function ownBindings(): OwnBindings {
  const { raw } = rpcrt4();
  const vector = new BigUint64Array(1);
  const status = raw.RpcServerInqBindings(vector);
  if (status === ERROR.RPC_S_NO_BINDINGS) {
    return { vector: 0n, strings: [], [Symbol.dispose]() {} };
  }
  checkStatus("RpcServerInqBindings", status);
  const free = () => void raw.RpcBindingVectorFree(vector);
  try {
    const address = vector[0]!;
    const strings = stringsOf(address);
    return { vector: address, strings, [Symbol.dispose]: free };
  } catch (error) {
    free();
    throw error;
  }
}

/** The bindings in the `RPC_BINDING_VECTOR` at `address`, as strings. */
function stringsOf(address: bigint): string[] {
  const head = new Uint8Array(RPC_BINDING_VECTOR.size);
  copyOut(address, head);
  const count = field(RPC_BINDING_VECTOR, head, "Count");
  const handles = new BigUint64Array(count);
  copyOut(address + BigInt(BINDINGS_OFFSET), new Uint8Array(handles.buffer));
  return [...handles].filter((handle) => handle !== 0n).map(bindingString);
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
  return fromUtf16(bytes);
}
