/**
 * Connecting to NATS, with NATS' usual settings.
 *
 * @module
 */

import { readableVariable } from "../../permission.ts";
import { quote } from "../../io/format.ts";
import { abortable } from "../../io/wait/abortable.ts";
import { pause } from "../../io/wait/wait.ts";
import type { OpenOptions } from "../channel.ts";
import type { Checked } from "../options.ts";
import { type NatsConnection, type Transport, transport } from "./client.ts";

/** A subject, and its servers. */
export interface NatsAddress {
  readonly subject: string;
  readonly servers: readonly string[];
}

/** A connection, and the client it belongs to. */
export interface Nats {
  readonly connection: NatsConnection;
  readonly client: Transport;
}

const RETRY_MS = 250;
const DEFAULT_SERVER = "127.0.0.1:4222";
const PARTS = /^[^\s@*>]+$/;
const PATTERN = /^[^\s@]+$/;

/**
 * Parses `SUBJECT[@SERVER]`. A listener may name many subjects with `*` and
 * `>`.
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
        quote(text)
      }: give SUBJECT or SUBJECT@SERVER, without spaces${
        listens ? "" : ", * and >"
      }`,
    );
  }
  return { subject, servers: own.length > 0 ? own : options.nats.servers };
}

/** Connects. The connection is restored as often as needed. */
export async function connectNats(
  servers: readonly string[],
  { nats, requestTimeout }: Checked,
  { wait, signal }: OpenOptions,
): Promise<Nats> {
  const client = await transport();
  const all = (servers.length > 0 ? servers : fromEnvironment()).map(parsed);
  const user = all.find(({ user }) => user !== "");
  const tls = nats.tls || all.some(({ tls }) => tls);
  const hosts = all.map(({ host }) => host);
  const connect = () =>
    client.connect({
      servers: hosts,
      name: "winipc relay",
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
      timeout: requestTimeout,
      ...user?.pass !== undefined && { user: user.user, pass: user.pass },
      ...user && user.pass === undefined && { token: user.user },
      ...nats.creds && { authenticator: client.credsAuthenticator(nats.creds) },
      ...tls && { tls: { ...tls === true ? {} : tls, ...namesOf(all) } },
    });
  // The client can also wait for its first connection, but that wait cannot be
  // ended.
  for (;;) {
    signal.throwIfAborted();
    const connecting = connect();
    try {
      return { connection: await abortable(connecting, { signal }), client };
    } catch (error) {
      // A connection that succeeds too late is closed.
      if (signal.aborted) connecting.then((late) => late.close(), () => {});
      signal.throwIfAborted();
      if (!wait || isRefusedUser(error)) throw connectError(error, hosts);
    }
    await pause(RETRY_MS, { signal });
  }
}

/** A server that refuses the client will refuse it later too. */
function isRefusedUser(error: unknown): boolean {
  return error instanceof Error && /Auth/.test(error.name);
}

/**
 * Checks that the server accepts a message of this size.
 *
 * @throws {RangeError} if it does not
 */
export function checkPayload(
  { connection }: Nats,
  bytes: Uint8Array,
): void {
  const limit = connection.info?.max_payload ?? Infinity;
  if (bytes.byteLength <= limit) return;
  throw new RangeError(
    `Cannot send ${bytes.byteLength} bytes: the NATS server takes ${limit} (max_payload)`,
  );
}

function fromEnvironment(): string[] {
  return (readableVariable("NATS_URL") || DEFAULT_SERVER).split(",");
}

/**
 * The name that a certificate must have if servers are given by address: NATS'
 * client only asks for names.
 */
function namesOf(servers: readonly Server[]): { host?: string } {
  const [host] = servers.map(({ host }) => new URL(`nats://${host}`).hostname);
  return host !== undefined && /^[\d.]+$|^\[/.test(host) ? { host } : {};
}

interface Server {
  readonly host: string;
  readonly user: string;
  readonly pass: string | undefined;
  readonly tls: boolean;
}

function parsed(server: string): Server {
  const whole = /^[a-z]+:\/\//i.test(server) ? server : `nats://${server}`;
  if (!URL.canParse(whole)) {
    throw new TypeError(
      `Invalid server ${
        quote(server)
      }: give host:port or nats://user:password@host:port`,
    );
  }
  const { host, username, password, protocol } = new URL(whole);
  return {
    host,
    user: decodeURIComponent(username),
    pass: password !== "" ? decodeURIComponent(password) : undefined,
    tls: protocol === "tls:",
  };
}

function connectError(error: unknown, hosts: string[]): unknown {
  if (!(error instanceof Error)) return error;
  const text = `Cannot connect to NATS at ${hosts.join(", ")}`;
  const code = (error.cause as { code?: string } | undefined)?.code ??
    (error as { code?: string }).code;
  const refused = code === "ECONNREFUSED" ||
    /refused/i.test(`${error.message} ${error.name}`);
  const Kind = refused ? Deno.errors.ConnectionRefused : Error;
  return new Kind(`${text}: ${error.message}`, { cause: error });
}
