/**
 * Connecting to NATS, with NATS' usual settings.
 *
 * @module
 */

import { readableVariable } from "../../granted_permissions.ts";
import { counted, quote } from "../../io/format.ts";
import { abortable } from "../../io/wait/abortable.ts";
import { retry } from "../../io/wait/retry.ts";
import type { OpenOptions } from "../channel.ts";
import type { Checked } from "../options.ts";
import { redactSubject, redactUrl } from "../redact_credentials.ts";
import { parseServerUrl } from "../server_url.ts";
import {
  type Headers,
  isTimeout,
  type NatsConnection,
  type Transport,
  transport,
} from "./client.ts";
import { connectClient } from "./handshake.ts";

/** A subject, and its servers. */
export interface NatsAddress {
  readonly subject: string;
  readonly servers: readonly Server[];
}

/** A connection, and the client it belongs to. */
export interface Nats {
  readonly connection: NatsConnection;
  readonly client: Transport;
}

const RETRY_MS = 250;
/** How often a server is asked again. */
export const RETRY_DELAYS = { min: RETRY_MS, max: RETRY_MS };
/** How long a server may take for the last data. */
export const DRAIN_MS = 5_000;
const DEFAULT_SERVER = "127.0.0.1:4222";
const PARTS = /^[^\s@*>]+$/;
const PATTERN = /^[^\s@]+$/;
/** The codes of Node's errors for an address where nobody answers. */
const ABSENT =
  /^E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|(?:HOST|NET)UNREACH|NOTFOUND|AI_AGAIN)$/;
/**
 * The words of a server that is full or slow
 * (https://docs.nats.io/reference/reference-protocols/nats-protocol#ok-err).
 */
const BUSY = /^maximum .*connections exceeded|^authentication timeout/i;
/** The client's words about a server that closes before it says anything. */
const SILENT = /undefined error$/;

/**
 * Parses `SUBJECT[@SERVER]`, and the servers of the options or the environment
 * if it names none. A listener may name many subjects with `*` and `>`.
 */
export function natsAddress(
  text: string,
  options: Checked,
  listens: boolean,
): NatsAddress {
  const at = text.indexOf("@");
  const subject = at < 0 ? text : text.slice(0, at);
  const own = at < 0 ? [] : text.slice(at + 1).split(",");
  if (!(listens ? PATTERN : PARTS).test(subject) || own.includes("")) {
    throw new TypeError(
      `Invalid subject ${
        quote(redactSubject(text))
      }: give SUBJECT or SUBJECT@SERVER, without spaces${
        listens ? "" : ", * and >"
      }`,
    );
  }
  const servers = [own, options.nats.servers].find(({ length }) => length > 0);
  return { subject, servers: (servers ?? fromEnvironment()).map(parsed) };
}

/** Connects. The connection is restored as often as needed. */
export async function connectNats(
  servers: readonly Server[],
  { nats, requestTimeout }: Checked,
  { wait, signal }: OpenOptions,
): Promise<Nats> {
  const client = await transport();
  const user = servers.find(({ user }) => user !== "");
  const tls = nats.tls || servers.some(({ tls }) => tls);
  const hosts = servers.map(({ host }) => host);
  const connect = () =>
    connectClient(client, {
      servers: hosts,
      name: "winipc relay",
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
      timeout: requestTimeout,
      ...user?.pass !== undefined && { user: user.user, pass: user.pass },
      ...user && user.pass === undefined && { token: user.user },
      ...nats.creds && { authenticator: client.credsAuthenticator(nats.creds) },
      ...tls && { tls: tls === true ? {} : tls },
    });
  // The client can also wait for its first connection, but that wait cannot be
  // ended.
  return await retry({ signal }, RETRY_DELAYS, async () => {
    signal.throwIfAborted();
    const connecting = connect();
    try {
      return { connection: await abortable(connecting, { signal }), client };
    } catch (error) {
      // A connection that succeeds too late is closed.
      if (signal.aborted) connecting.then((late) => late.close(), () => {});
      signal.throwIfAborted();
      if (!wait || !mayCome(error)) throw connectError(error, hosts);
    }
  });
}

/**
 * Whether a server may come later: nobody listens, or it ends connections, as
 * while it starts or when it is full. One that refuses the user, or this
 * client's TLS, or speaks something else will do so again.
 */
function mayCome(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof Deno.errors.ConnectionReset || isTimeout(error) ||
    ABSENT.test(codeOf(error) ?? "") || BUSY.test(error.message) ||
    SILENT.test(error.message);
}

function codeOf(error: Error): string | undefined {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? (error as { code?: string }).code;
}

/** Sends what is left, if the server takes it in time, and closes. */
export async function disconnect({ connection }: Nats): Promise<void> {
  // If the server is away, the drain fails and the client would go on trying.
  await abortable(connection.drain(), { timeout: DRAIN_MS })
    .catch(() => connection.close());
}

/**
 * Checks that the server accepts a message of this size, with its headers.
 *
 * @throws {RangeError} if it does not
 */
export function checkPayload(
  { connection }: Nats,
  bytes: Uint8Array,
  headers?: Headers,
): void {
  const limit = connection.info?.max_payload ?? Infinity;
  const size = bytes.byteLength + (headers?.encode().byteLength ?? 0);
  if (size <= limit) return;
  throw new RangeError(
    `Cannot send ${
      counted(size, "byte")
    }: the NATS server takes ${limit} (max_payload)`,
  );
}

function fromEnvironment(): string[] {
  return (readableVariable("NATS_URL") || DEFAULT_SERVER).split(",");
}

interface Server {
  readonly host: string;
  readonly user: string;
  readonly pass: string | undefined;
  readonly tls: boolean;
}

function parsed(server: string, _at: number, all: readonly string[]): Server {
  const whole = /^[a-z]+:\/\//i.test(server) ? server : `nats://${server}`;
  const url = parseServerUrl(whole);
  if (url === undefined) {
    throw new TypeError(
      `Invalid server in ${
        quote(redactUrl(all.join(",")))
      }: give host:port or nats://user:password@host:port, with %25 for % and %2F for / in a password`,
    );
  }
  const { url: { host, protocol }, user, password } = url;
  return {
    host,
    user,
    pass: password !== "" ? password : undefined,
    tls: protocol === "tls:",
  };
}

function connectError(error: unknown, hosts: string[]): unknown {
  if (!(error instanceof Error)) return error;
  const text = `Cannot connect to NATS at ${hosts.join(", ")}`;
  const message = SILENT.test(error.message)
    ? "The server closed the connection before it said anything"
    : error.message;
  const refused = codeOf(error) === "ECONNREFUSED" ||
    /refused/i.test(`${error.message} ${error.name}`);
  const Kind = refused
    ? Deno.errors.ConnectionRefused
    : error instanceof Deno.errors.PermissionDenied
    ? Deno.errors.PermissionDenied
    : Error;
  return new Kind(`${text}: ${message}`, { cause: error });
}
