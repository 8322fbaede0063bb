/**
 * Creates the ends of a relay from their text.
 *
 * @module
 */

import { quote, shown } from "../io/format.ts";
import type { Connector, End, Request, RequestEnd } from "./channel.ts";
import type { Checked } from "./options.ts";
import type { EndpointSpec } from "./endpoint_spec.ts";
import { redactSubject, redactUrl } from "./redact_credentials.ts";

/** The properties of a scheme. */
interface Scheme {
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
  /** Whether partners connect to it. */
  readonly listens?: boolean;
  /** Reads as FROM and writes as TO. */
  readonly oneWay?: boolean;
  readonly make: (spec: EndpointSpec) => Promise<End>;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  stdio: {
    make: async (spec) => (await import("./endpoints/stdio.ts")).stdio(spec),
  },
  exec: {
    takes: "COMMAND ARG…",
    answers: true,
    make: async (spec) => (await import("./endpoints/exec.ts")).exec(spec),
  },
  pipe: {
    takes: "NAME",
    answers: true,
    make: async (spec) => (await import("./endpoints/pipe.ts")).pipe(spec),
  },
  "pipe-listen": {
    takes: "NAME",
    listens: true,
    make: async (spec) =>
      (await import("./endpoints/pipe_listen.ts")).pipeListen(spec),
  },
  mailslot: {
    takes: "NAME",
    reads: false,
    make: async (spec) =>
      (await import("./endpoints/mailslot.ts")).mailslot(spec),
  },
  "mailslot-listen": {
    takes: "NAME",
    writes: false,
    make: async (spec) =>
      (await import("./endpoints/mailslot_listen.ts")).mailslotListen(spec),
  },
  ring: {
    takes: "NAME",
    oneWay: true,
    make: async (spec) => (await import("./endpoints/ring.ts")).ring(spec),
  },
  "ring-create": {
    takes: "NAME",
    oneWay: true,
    make: async (spec) =>
      (await import("./endpoints/ring_create.ts")).ringCreate(spec),
  },
  message: {
    takes: "TITLE",
    reads: false,
    make: async (spec) =>
      (await import("./endpoints/message.ts")).message(spec),
  },
  "message-listen": {
    takes: "TITLE",
    writes: false,
    make: async (spec) =>
      (await import("./endpoints/message_listen.ts")).messageListen(spec),
  },
  clipboard: {
    make: async (spec) =>
      (await import("./endpoints/clipboard.ts")).clipboard(spec),
  },
  tcp: {
    takes: "HOST:PORT",
    answers: true,
    make: async (spec) => (await import("./endpoints/tcp.ts")).tcp(spec),
  },
  "tcp-listen": {
    takes: "[HOST:]PORT",
    listens: true,
    make: async (spec) =>
      (await import("./endpoints/tcp_listen.ts")).tcpListen(spec),
  },
  ws: {
    takes: "URL",
    shown: redactUrl,
    answers: true,
    make: async (spec) => (await import("./endpoints/ws.ts")).ws(spec),
  },
  "ws-listen": {
    takes: "[HOST:]PORT",
    listens: true,
    make: async (spec) =>
      (await import("./endpoints/ws_listen.ts")).wsListen(spec),
  },
  nats: {
    takes: "SUBJECT[@SERVER]",
    shown: redactSubject,
    answers: true,
    make: async (spec) => (await import("./endpoints/nats.ts")).nats(spec),
  },
  "nats-listen": {
    takes: "SUBJECT[@SERVER]",
    shown: redactSubject,
    writes: false,
    make: async (spec) =>
      (await import("./endpoints/nats_listen.ts")).natsListen(spec),
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
  const made = async (own: Typed, other: Typed, side: "from" | "to") =>
    await own.scheme.make({
      name: own.name,
      rest: own.rest,
      side,
      asked: !oneWay && waits(other),
      options,
    });
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

/** Whether an end sends requests and takes their answers. */
function waits({ word, scheme }: Typed): boolean {
  return scheme.answers === true || scheme.listens === true ||
    word === "stdio" || word === "nats-listen";
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
