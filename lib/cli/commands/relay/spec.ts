/**
 * The grammar of `winipc relay`.
 *
 * @module
 */
import type { RelayFrame } from "../../../relay/mod.ts";
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import type { Verb } from "../../arguments/grammar.ts";
import { RELAY_HELP } from "./help.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** What `relay` was told of NATS. */
export interface RelayNats {
  readonly servers: string | undefined;
  readonly queue: string | undefined;
  readonly durable: string | undefined;
  readonly parallel: number | undefined;
  readonly ackWait: number | undefined;
  /** Files. */
  readonly creds: string | undefined;
  readonly tls: boolean;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

export interface RelayCommand {
  readonly kind: "relay";
  readonly from: string;
  readonly to: string;
  readonly mode: "byte" | "message" | undefined;
  readonly frame: RelayFrame | undefined;
  readonly oneWay: boolean;
  readonly wait: boolean;
  readonly text: boolean;
  readonly linger: number | undefined;
  readonly requestTimeout: number | undefined;
  readonly maxSize: number | undefined;
  readonly capacity: number | undefined;
  readonly sddl: string | undefined;
  readonly origins: readonly string[];
  readonly nats: RelayNats;
  /** Files for what passes from FROM to TO, and back. */
  readonly tee: string | undefined;
  readonly teeBack: string | undefined;
  readonly common: Common;
}

export const RELAY: Verb<RelayCommand> = {
  help: RELAY_HELP,
  values: [
    "mode",
    "frame",
    "linger",
    "request-timeout",
    "max-size",
    "capacity",
    "sddl",
    "origins",
    "tee",
    "tee-back",
    "nats",
    "queue",
    "durable",
    "parallel",
    "ack-wait",
    "creds",
    "tlsca",
    "tlscert",
    "tlskey",
  ],
  flags: ["one-way", "wait", "text", "tls"],
  choices: { mode: ["byte", "message"], frame: ["none", "line", "length"] },
  read(args, common) {
    args.atMost(2);
    const [from, to] = args.operands;
    if (from === undefined || to === undefined) {
      throw new UsageError('Something is missing: give "relay FROM TO"');
    }
    if (common.format === "raw") {
      throw new UsageError(
        "--raw: a relay changes nothing anyway; leave it out",
      );
    }
    return {
      kind: "relay",
      from,
      to,
      mode: args.choice("mode", ["byte", "message"]),
      frame: args.choice("frame", ["none", "line", "length"]),
      oneWay: args.flag("one-way"),
      wait: args.flag("wait"),
      text: args.flag("text"),
      linger: args.integer("linger", 0),
      requestTimeout: args.integer("request-timeout", 1),
      maxSize: args.integer("max-size", 1),
      capacity: args.integer("capacity", 1),
      sddl: args.text("sddl"),
      origins: args.text("origins")?.split(",") ?? [],
      nats: natsOf(args),
      tee: args.text("tee"),
      teeBack: args.text("tee-back"),
      common,
    };
  },
};

function natsOf(args: Arguments): RelayNats {
  return {
    servers: args.text("nats"),
    queue: args.text("queue"),
    durable: args.text("durable"),
    parallel: args.integer("parallel", 1),
    ackWait: args.integer("ack-wait", 100),
    creds: args.text("creds"),
    tls: args.flag("tls"),
    ca: args.text("tlsca"),
    cert: args.text("tlscert"),
    key: args.text("tlskey"),
  };
}
