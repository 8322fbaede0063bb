/**
 * The options of a relay.
 *
 * @module
 */

import type { Framing } from "../framing/mod.ts";
import { quote } from "../io/format.ts";
import {
  checkBoolean,
  checkBytes,
  checkChoice,
  checkFunction,
  checkInteger,
  checkSize,
} from "../io/checks.ts";
import { MAX_DELAY } from "../io/wait/on_abort.ts";
import type { PipeMode } from "../io/stream/connection.ts";

/** How to separate messages in a stream of bytes. `"length"` is `"u32be"`. */
export type RelayFrame = "none" | "length" | Framing;

const FRAMES = [
  "none",
  "line",
  "length",
  "content-length",
  "u8",
  "u16be",
  "u16le",
  "u32be",
  "u32le",
  "u64be",
  "u64le",
] as const satisfies readonly RelayFrame[];

/** A chunk of relayed data. */
export interface RelayChunk {
  /** From FROM to TO, or back. */
  readonly direction: "forward" | "backward";
  /** The number of the partner, from 1 on. */
  readonly partner: number;
  /** The data without its frame. Valid only during the call. */
  readonly bytes: Uint8Array;
}

/** How to reach NATS. The defaults are NATS' usual ones. */
export interface RelayNatsOptions {
  /**
   * The servers, as `host:port` or `nats://user:password@host:port`. An
   * endpoint's own `@SERVER` comes first.
   *
   * @default the variable NATS_URL, else "127.0.0.1:4222"
   */
  servers?: string | readonly string[] | undefined;
  /** The content of a credentials file (`.creds`): a JWT and its key. */
  creds?: Uint8Array | undefined;
  /**
   * Uses TLS: true with the system's certificates, or with PEM texts.
   *
   * @default {false}
   */
  tls?: boolean | RelayTls | undefined;
  /** The queue group. Its members share the messages: each goes to one member. */
  queue?: string | undefined;
  /**
   * The JetStream stream in between: messages stay there until they are taken.
   * If it does not exist, it is created as a work queue for the subject.
   */
  durable?: string | undefined;
  /**
   * How many requests to process at once, each with its own far end.
   *
   * @default {16}
   */
  parallel?: number | undefined;
  /**
   * With `durable`: after how many ms without a sign of life from its consumer
   * a message is delivered to another one.
   *
   * @default {30000}
   */
  ackWait?: number | undefined;
}

/** Certificates for NATS, as PEM texts. */
export interface RelayTls {
  /** The authorities to trust. */
  ca?: string | undefined;
  /** The client's certificate. */
  cert?: string | undefined;
  /** Its key. */
  key?: string | undefined;
}

/** The options of {@linkcode relay}. */
export interface RelayOptions {
  /**
   * The mode of pipes. A `pipe:` uses the mode of its server.
   *
   * @default {"byte"}
   */
  mode?: PipeMode | undefined;
  /**
   * How to separate messages at an end that carries bytes, if the other end has
   * messages: a {@linkcode Framing}, `"length"` (4 bytes before each,
   * big-endian), or `"none"`. Then messages are written unchanged, and each
   * read becomes one message. If both ends carry bytes, any other than `"none"`
   * is a `TypeError`.
   *
   * @default {"none"}, and "line" for stdio
   */
  frame?: RelayFrame | undefined;
  /**
   * Relays from FROM to TO only, and drops data in the other direction.
   *
   * @default {false}
   */
  oneWay?: boolean | undefined;
  /**
   * Waits for partners that do not exist yet, instead of failing with
   * `NotFound`.
   *
   * @default {false}
   */
  wait?: boolean | undefined;
  /**
   * For an end that cannot be notified that the other has ended (a pipe in byte
   * mode, stdout): closes it when nothing has come from it for this many ms.
   * Over NATS, the answer of such a pipe ends then, too: give more than the
   * pauses in it.
   *
   * @default {500}
   */
  linger?: number | undefined;
  /**
   * The timeout of requests over NATS, of connecting to it, of each message to
   * a `message:` end (without `wait`), and of each handshake of a `ws:` or
   * `ws-listen:` end, in ms. A partner of `ws-listen:` whose handshake takes
   * longer is cut off.
   *
   * @default {10000}
   */
  requestTimeout?: number | undefined;
  /**
   * The maximum size of a message, in bytes, if frames are read or a pipe in
   * message mode.
   *
   * @default {67108864}
   */
  maxMessageSize?: number | undefined;
  /**
   * The size of a ring made by `ring-create`, in bytes.
   *
   * @default {1048576}
   */
  capacity?: number | undefined;
  /**
   * Who may connect to a `pipe-listen`, `mailslot-listen` or `ring-create`, and
   * wake the end of a `ring`: a security descriptor string.
   */
  sddl?: string | undefined;
  /**
   * The web pages that may connect to `ws-listen`, by their origin
   * (`https://example.org`), besides those of this computer. Programs other
   * than browsers send no origin, and may connect.
   *
   * @default {[]}
   */
  origins?: readonly string[] | undefined;
  /**
   * Sends WebSocket messages as text instead of bytes.
   *
   * @default {false}
   */
  text?: boolean | undefined;
  /** How to reach NATS. */
  nats?: RelayNatsOptions | undefined;
  /** Called with each address that partners can reach from now on. */
  onReady?: ((where: string) => void) | undefined;
  /**
   * Called for an error with one of many partners, or one of many messages,
   * while the relay continues.
   *
   * @default {console.error}
   */
  onError?: ((error: unknown) => void) | undefined;
  /** Called with all data before it is relayed; may be asynchronous. */
  tap?: ((passage: RelayChunk) => void | Promise<void>) | undefined;
  /**
   * Ends the relay after this many messages, or chunks of bytes, from FROM to
   * TO. As after a partner that has left, a program, a TCP server or the reader
   * of a ring may then finish what it got, for 60 s at most.
   *
   * @default {Infinity}
   */
  count?: number | undefined;
  /** Ends the relay when aborted. */
  signal?: AbortSignal | undefined;
}

/** The options `T` with their defaults, which those in `Open` do not have. */
type Filled<T, Open extends keyof T> = {
  readonly [K in keyof T]-?: K extends Open ? T[K] : NonNullable<T[K]>;
};

/** Options with all defaults filled in. */
export interface Checked
  extends
    Filled<Omit<RelayOptions, "nats" | "signal">, "frame" | "sddl" | "tap"> {
  readonly nats: CheckedNats;
}

/** {@linkcode RelayNatsOptions} with all defaults filled in. */
interface CheckedNats extends
  Filled<
    Omit<RelayNatsOptions, "servers">,
    "creds" | "queue" | "durable"
  > {
  readonly servers: readonly string[];
}

const MAX_FRAME = 0xffff_ffff;

/**
 * Checks the options and fills in their defaults.
 *
 * @throws {TypeError} for a bad option, {@linkcode RangeError} for a number out of range
 */
export function parseOptions(options: RelayOptions): Checked {
  const {
    mode = "byte",
    frame,
    oneWay = false,
    wait = false,
    linger = 500,
    requestTimeout = 10_000,
    maxMessageSize = 67_108_864,
    capacity = 1_048_576,
    sddl,
    origins = [],
    text = false,
    count = Infinity,
    nats = {},
    onReady = () => {},
    // deno-lint-ignore no-console -- an onError replaces this.
    onError = console.error,
    tap,
  } = options;
  checkChoice("mode", mode, ["byte", "message"]);
  if (frame !== undefined) {
    checkChoice("frame", frame, FRAMES);
  }
  checkBoolean("oneWay", oneWay);
  checkBoolean("wait", wait);
  checkBoolean("text", text);
  checkInteger("linger", linger, 0, MAX_DELAY);
  checkInteger("requestTimeout", requestTimeout, 1, MAX_DELAY);
  checkInteger("maxMessageSize", maxMessageSize, 1, MAX_FRAME);
  checkSize("capacity", capacity);
  if (count !== Infinity) {
    checkInteger("count", count, 1, Number.MAX_SAFE_INTEGER);
  }
  if (!Array.isArray(origins)) {
    throw new TypeError("Invalid origins: give a list");
  }
  for (const [name, callback] of Object.entries({ onReady, onError, tap })) {
    checkFunction(name, callback);
  }
  return {
    mode,
    frame,
    oneWay,
    wait,
    linger,
    requestTimeout,
    maxMessageSize,
    capacity,
    sddl,
    // The caller may change the list while the relay runs.
    origins: [...origins],
    text,
    count,
    nats: checkedNats(nats),
    onReady,
    onError,
    tap,
  };
}

function checkedNats(options: RelayNatsOptions): CheckedNats {
  const { servers = [], creds, tls = false, queue, durable } = options;
  const { parallel = 16, ackWait = 30_000 } = options;
  if (creds !== undefined) checkBytes(creds);
  checkInteger("parallel", parallel, 1, 10_000);
  checkInteger("ackWait", ackWait, 100, MAX_DELAY);
  for (const [name, value] of Object.entries({ queue, durable })) {
    if (value === undefined || /^[\w-]+$/.test(value)) continue;
    throw new TypeError(
      `Invalid ${name} ${quote(value)}: give letters, digits, - and _`,
    );
  }
  if (typeof servers !== "string" && !Array.isArray(servers)) {
    throw new TypeError("Invalid servers: give a text or a list");
  }
  // The caller may change them, and each partner has a connection of its own.
  return {
    servers: typeof servers === "string" ? servers.split(",") : [...servers],
    creds: creds && new Uint8Array(creds),
    tls: typeof tls === "object" && tls !== null
      ? { ca: tls.ca, cert: tls.cert, key: tls.key }
      : tls,
    queue,
    durable,
    parallel,
    ackWait,
  };
}
