/**
 * String bindings: the addresses of servers. Pure functions.
 *
 * @module
 */

import { shown } from "../io/format.ts";

/** The protocol of the calls. */
export type RpcProtocol = "ncalrpc" | "ncacn_np" | "ncacn_ip_tcp";

/** A binding in its parts. */
export interface Binding {
  /** The protocol of the calls. */
  readonly protocol: RpcProtocol;
  /** The computer: empty for this one. */
  readonly address: string;
  /** A name, a pipe or a port; empty if Windows finds or chooses it. */
  readonly endpoint: string;
}

/** The protocols that winipc supports. */
export const PROTOCOLS: readonly RpcProtocol[] = [
  "ncalrpc",
  "ncacn_np",
  "ncacn_ip_tcp",
];

const FORM = /^([a-z_]+):([^[\]]*)(?:\[([^[\]]*)\])?$/;
/** Microsoft: MIDL, ncalrpc attribute, port-name. */
const MAX_LOCAL_NAME = 53;
const MAX_PORT = 65535;

/**
 * Parses a string binding: `ncalrpc:[name]`, `ncacn_np:\\server[\\pipe\\name]`,
 * `ncacn_ip_tcp:127.0.0.1[port]`. A backslash may be doubled, as Windows writes
 * it, or single. Without `[endpoint]` the endpoint is dynamic.
 *
 * A name of `ncalrpc` has at most 53 characters. A computer's name, as in
 * `ncalrpc:COMPUTER[name]`, is ignored: such calls stay on this computer.
 *
 * @throws {TypeError} for any other form
 */
export function parseBinding(text: string): Binding {
  const match = typeof text === "string" ? FORM.exec(text) : null;
  if (match === null) throw invalid(text, "it is not a string binding");
  const [, protocol, address, endpoint = ""] = match;
  if (text.includes("\0")) throw invalid(text, "it has a NUL");
  if (!PROTOCOLS.includes(protocol as RpcProtocol)) {
    throw invalid(
      text,
      `the protocol must be one of ${PROTOCOLS.join(", ")}`,
    );
  }
  const binding = {
    protocol: protocol as RpcProtocol,
    address: address!.trim(),
    endpoint: endpoint.replaceAll("\\\\", "\\"),
  };
  switch (binding.protocol) {
    case "ncalrpc":
      return local(text, binding);
    case "ncacn_np":
      return pipe(text, binding);
    case "ncacn_ip_tcp":
      return tcp(text, binding);
  }
}

/** The string of a binding, in Windows' form. */
export function formatBinding(
  { protocol, address, endpoint }: Binding,
): string {
  const escaped = endpoint.replaceAll("\\", "\\\\");
  return `${protocol}:${address}[${escaped}]`;
}

/** Windows puts this computer's name there, which carries no information. */
function local(text: string, binding: Binding): Binding {
  const { endpoint } = binding;
  if (endpoint.includes("\\")) {
    throw invalid(text, "a name of ncalrpc has no backslash");
  }
  if (endpoint.length > MAX_LOCAL_NAME) {
    throw invalid(
      text,
      `a name of ncalrpc has at most ${MAX_LOCAL_NAME} characters`,
    );
  }
  return { ...binding, address: "" };
}

function pipe(text: string, binding: Binding): Binding {
  const { address, endpoint } = binding;
  const server = address.replace(/^\\+/, "");
  if (server.includes("\\")) {
    throw invalid(text, "the server is not a computer name");
  }
  if (endpoint !== "" && !/^\\pipe\\[^\\]/i.test(endpoint)) {
    throw invalid(text, "the endpoint is not \\pipe\\name");
  }
  const here = server === "" || server === ".";
  return { ...binding, address: here ? "" : `\\\\${server}` };
}

function tcp(text: string, binding: Binding): Binding {
  const { endpoint } = binding;
  if (endpoint === "") return binding;
  const port = /^\d{1,5}$/.test(endpoint) ? Number(endpoint) : 0;
  if (port < 1 || port > MAX_PORT) {
    throw invalid(text, `the port is not from 1 to ${MAX_PORT}`);
  }
  return binding;
}

function invalid(text: unknown, reason: string): TypeError {
  return new TypeError(
    `Invalid binding "${shown(text)}": ${reason} (give ncalrpc:[name], ` +
      `ncacn_np:[\\\\pipe\\\\name] or ncacn_ip_tcp:127.0.0.1[port])`,
  );
}
