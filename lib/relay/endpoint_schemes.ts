/**
 * Creates the ends of a relay from their text.
 *
 * @module
 */

import { quote, shown } from "../io/format.ts";
import type {
  Connector,
  End,
  ListeningEnd,
  Request,
  RequestEnd,
} from "./channel.ts";
import type { Checked } from "./options.ts";
import type { EndpointSpec } from "./endpoint_spec.ts";
import { redactSubject, redactUrl } from "./redact_credentials.ts";

/** The properties that every scheme may have. */
interface Properties {
  /** The expected rest, for errors; absent for schemes without one. */
  readonly takes?: string;
  /** Formats the rest for messages, if it may contain what must not be shown. */
  readonly shown?: (rest: string) => string;
  /** False if it cannot receive. */
  readonly reads?: false;
  /** False if it cannot send. */
  readonly writes?: false;
  /** Whether it answers. */
  readonly answers?: boolean;
  /** Reads as FROM and writes as TO. */
  readonly oneWay?: boolean;
}

/** Loads a function that checks an end, and returns what opens it. */
type Load<Opens> = () => Promise<(spec: EndpointSpec) => Opens>;

/** A scheme, with the function of its kind of end. */
type Scheme =
  & Properties
  & (
    | {
      readonly open: Load<Connector["open"]>;
      /** Whether it exists only once, like stdin: it serves one partner. */
      readonly singleUse?: true;
    }
    | { readonly listen: Load<ListeningEnd["listen"]> }
    | { readonly subscribe: Load<RequestEnd["subscribe"]> }
  );

const SCHEMES: Readonly<Record<string, Scheme>> = {
  stdio: {
    singleUse: true,
    open: async () => (await import("./endpoints/stdio.ts")).stdio,
  },
  exec: {
    takes: "COMMAND ARG…",
    answers: true,
    open: async () => (await import("./endpoints/exec.ts")).exec,
  },
  pipe: {
    takes: "NAME",
    answers: true,
    open: async () => (await import("./endpoints/pipe.ts")).pipe,
  },
  "pipe-listen": {
    takes: "NAME",
    listen: async () => (await import("./endpoints/pipe.ts")).pipeListen,
  },
  mailslot: {
    takes: "NAME",
    reads: false,
    open: async () => (await import("./endpoints/mailslot.ts")).mailslot,
  },
  "mailslot-listen": {
    takes: "NAME",
    writes: false,
    singleUse: true,
    open: async () => (await import("./endpoints/mailslot.ts")).mailslotListen,
  },
  ring: {
    takes: "NAME",
    oneWay: true,
    singleUse: true,
    open: async () => (await import("./endpoints/ring.ts")).ring,
  },
  "ring-create": {
    takes: "NAME",
    oneWay: true,
    singleUse: true,
    open: async () => (await import("./endpoints/ring.ts")).ringCreate,
  },
  message: {
    takes: "TITLE",
    reads: false,
    open: async () => (await import("./endpoints/message.ts")).message,
  },
  "message-listen": {
    takes: "TITLE",
    writes: false,
    singleUse: true,
    open: async () => (await import("./endpoints/message.ts")).messageListen,
  },
  clipboard: {
    singleUse: true,
    open: async () => (await import("./endpoints/clipboard.ts")).clipboard,
  },
  tcp: {
    takes: "HOST:PORT",
    answers: true,
    open: async () => (await import("./endpoints/tcp.ts")).tcp,
  },
  "tcp-listen": {
    takes: "[HOST:]PORT",
    listen: async () => (await import("./endpoints/tcp.ts")).tcpListen,
  },
  ws: {
    takes: "URL",
    shown: redactUrl,
    answers: true,
    open: async () => (await import("./endpoints/ws.ts")).ws,
  },
  "ws-listen": {
    takes: "[HOST:]PORT",
    listen: async () => (await import("./endpoints/ws_listen.ts")).wsListen,
  },
  nats: {
    takes: "SUBJECT[@SERVER]",
    shown: redactSubject,
    answers: true,
    open: async () => (await import("./endpoints/nats.ts")).nats,
  },
  "nats-listen": {
    takes: "SUBJECT[@SERVER]",
    shown: redactSubject,
    writes: false,
    subscribe: async () => (await import("./endpoints/nats.ts")).natsListen,
  },
};

/** Both ends. */
export interface Ends {
  readonly from: End;
  readonly to: End;
  /**
   * Whether the other end of a source of requests answers them, or takes
   * messages without an answer.
   */
  readonly asks: boolean;
}

interface Typed {
  readonly name: string;
  readonly rest: string;
  readonly word: string;
  readonly scheme: Scheme;
}

/**
 * Creates both ends.
 *
 * @throws {TypeError} for an invalid end, or ends that cannot be joined
 */
export async function ends(
  from: string,
  to: string,
  options: Checked,
): Promise<Ends> {
  const [a, b] = [typed("FROM", from), typed("TO", to)];
  checkPassage(a, b, options.oneWay);
  const { oneWay } = options;
  const made = async (own: Typed, other: Typed, side: "from" | "to") => {
    const { name, rest, scheme } = own;
    const asked = !oneWay && waits(other);
    return await endOf(scheme, { name, rest, side, asked, options });
  };
  const near = await made(a, b, "from");
  const far = await made(b, a, "to");
  const server = near.kind === "requests" ? b : a;
  return {
    // A source of requests can also send to each of many partners.
    from: far.kind === "listen" ? asConnector(near) : near,
    to: near.kind === "listen" ? asConnector(far) : far,
    asks: !oneWay && server.scheme.answers === true,
  };
}

async function endOf(scheme: Scheme, spec: EndpointSpec): Promise<End> {
  const { name, options } = spec;
  if ("open" in scheme) {
    const { singleUse = false } = scheme;
    const open = (await scheme.open())(spec);
    return { kind: "connect", name, singleUse, open };
  }
  if ("listen" in scheme) {
    return { kind: "listen", name, listen: (await scheme.listen())(spec) };
  }
  const subscribe = (await scheme.subscribe())(spec);
  return { kind: "requests", name, parallel: options.nats.parallel, subscribe };
}

/** Whether an end sends requests and takes their answers. */
function waits({ word, scheme }: Typed): boolean {
  return scheme.answers === true || !("open" in scheme) || word === "stdio";
}

function typed(what: string, text: unknown): Typed {
  if (typeof text !== "string") {
    throw new TypeError(`Invalid ${what} ${shown(text)}: give a text`);
  }
  const [, word = text, rest = ""] = /^([a-z-]+):(.*)$/s.exec(text) ?? [];
  const scheme = Object.hasOwn(SCHEMES, word) ? SCHEMES[word] : undefined;
  if (scheme === undefined) {
    throw new TypeError(
      `Invalid ${what} ${quote(redactUrl(text))}: give ${usages().join(", ")}`,
    );
  }
  const { takes } = scheme;
  if ((takes === undefined) !== (text === word)) {
    const usage = takes === undefined ? word : `${word}:${takes}`;
    throw new TypeError(`Invalid ${what} ${quote(text)}: give ${usage}`);
  }
  const name = scheme.shown === undefined
    ? text
    : `${word}:${scheme.shown(rest)}`;
  if (takes !== undefined && (rest === "" || rest.includes("\0"))) {
    throw new TypeError(
      `Invalid ${what} ${quote(name)}: give ${word}:${takes}`,
    );
  }
  return { name, rest, word, scheme };
}

function usages(): string[] {
  return Object.entries(SCHEMES).map(([word, { takes }]) =>
    takes === undefined ? word : `${word}:${takes}`
  );
}

function checkPassage(a: Typed, b: Typed, oneWay: boolean): void {
  if (a.name === "stdio" && b.name === "stdio") {
    throw new TypeError("Invalid ends: only one of them can be stdio");
  }
  const reads = ({ scheme }: Typed, side: string) =>
    scheme.reads !== false && (scheme.oneWay !== true || side === "from");
  const writes = ({ scheme }: Typed, side: string) =>
    scheme.writes !== false && (scheme.oneWay !== true || side === "to");
  const forward = reads(a, "from") && writes(b, "to");
  const backward = !oneWay && reads(b, "to") && writes(a, "from");
  if (forward || backward) return;
  const why = oneWay
    ? "one way from the first to the second"
    : "from one of them to the other";
  throw new TypeError(
    `Invalid ends ${quote(a.name)} and ${
      quote(b.name)
    }: nothing can pass ${why}`,
  );
}

function asConnector(end: End): End {
  return end.kind === "requests" ? subscription(end) : end;
}

/** Each partner receives all later messages. */
function subscription(end: RequestEnd): Connector {
  const { name } = end;
  return {
    kind: "connect",
    name,
    singleUse: false,
    async open({ signal }) {
      const requests = await end.subscribe(true, signal);
      let last: Request | null = null;
      const acknowledge = async () => {
        const taken = last;
        last = null;
        await taken?.done();
      };
      return {
        messageBoundaries: true,
        halfClose: true,
        acknowledge,
        async receive(signal) {
          await acknowledge();
          const request = await requests.next(signal);
          if (signal.aborted) {
            request?.release();
            throw signal.reason;
          }
          last = request;
          return request?.bytes ?? null;
        },
        async close() {
          await requests.stop();
          // It goes to another consumer at once.
          last?.release();
          await requests.close();
        },
      };
    },
  };
}
