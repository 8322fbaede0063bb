/**
 * What a DDE server offers, and how it is told of what clients want.
 *
 * @module
 */

import { shown } from "../io/shown.ts";
import { checkBoolean, checkInteger } from "../io/checks.ts";
import { quote } from "../io/name.ts";
import { checkFormat } from "../window/formats.ts";
import { checkValue, type DdeData, type DdeValue } from "./data.ts";
import { checkDdeName, keyOf } from "./name.ts";

/** A client's conversation, as its server sees it. */
export interface DdeClient {
  /** The service that it called for. */
  readonly service: string;
  /** The topic. */
  readonly topic: string;
  /** The client's process. */
  readonly pid: number;
  /** Ends the conversation. */
  close(): void;
}

/** A client wants data. */
export interface DdeDataRequest {
  /** The item, as the client wrote it. */
  readonly item: string;
  /** The format that it wants, by its name. */
  readonly format: string;
  /** Who wants it. */
  readonly client: DdeClient;
}

/** A client brings data. */
export interface DdePoke extends DdeData {
  /** The item, as the client wrote it. */
  readonly item: string;
  /** Who brings it. */
  readonly client: DdeClient;
}

/** A client gives a command. */
export interface DdeCommand {
  /** The command. */
  readonly command: string;
  /** Who gives it. */
  readonly client: DdeClient;
}

/**
 * Answers a request; undefined refuses it. Here and in the handlers below,
 * throwing {@linkcode Deno.errors.Busy} says "try again later", and throwing
 * anything else refuses and is told to {@linkcode ServeDdeOptions.onError}.
 */
export type DdeRequestHandler = (
  request: DdeDataRequest,
) => DdeValue | undefined | Promise<DdeValue | undefined>;

/** Takes data; false refuses it. */
export type DdePokeHandler = (
  poke: DdePoke,
) => boolean | void | Promise<boolean | void>;

/** Carries out a command; false refuses it. */
export type DdeExecuteHandler = (
  command: DdeCommand,
) => boolean | void | Promise<boolean | void>;

/** An item of a topic. */
export interface DdeItem {
  /** Its data, until `publish()` changes it. */
  value?: DdeValue | undefined;
  /** Gives its data each time, instead of `value`. */
  request?: DdeRequestHandler | undefined;
  /**
   * Takes data that clients bring; true keeps it as the new value, and
   * publishes it. Without it they are refused.
   */
  poke?: DdePokeHandler | true | undefined;
  /**
   * Whether clients may watch its changes.
   *
   * @default {true}
   */
  advise?: boolean | undefined;
  /**
   * The formats in which `request` gives data.
   *
   * @default {["CF_UNICODETEXT", "CF_TEXT"]}
   */
  formats?: readonly string[] | undefined;
}

/** A topic. */
export interface DdeTopic {
  /** Its items by their names: text, or more. */
  items?: Readonly<Record<string, string | DdeItem>> | undefined;
  /** Gives the data of items that are not listed. */
  request?: DdeRequestHandler | undefined;
  /** Takes the data of items that are not listed. */
  poke?: DdePokeHandler | undefined;
  /** Carries out commands; without it they are refused. */
  execute?: DdeExecuteHandler | undefined;
}

/** The options of `serveDde()`. */
export interface ServeDdeOptions {
  /**
   * The topics by their names. "System" is there by itself, with the items
   * SysItems, Topics, Formats, Status, ReturnMessage and Help; what is given
   * for it comes on top.
   */
  topics: Readonly<Record<string, DdeTopic>>;
  /**
   * What the item Help of the topic System says.
   *
   * @default {""}
   */
  help?: string | undefined;
  /** Told of each new conversation; false ends it at once. */
  onConnect?: ((client: DdeClient) => boolean | void) | undefined;
  /** Told when a client begins to watch an item. */
  onAdvise?: ((client: DdeClient, item: string) => void) | undefined;
  /** Told when a client has ended its conversation, or has died. */
  onDisconnect?: ((client: DdeClient) => void) | undefined;
  /**
   * Told of what handlers throw, and of answers that are none. The client is
   * refused.
   *
   * @default {console.error}
   */
  onError?: ((error: unknown) => void) | undefined;
  /**
   * Lets clients of a lower integrity level in, which matters where this program
   * runs as administrator and its clients, such as Excel, do not. This
   * corresponds to `ChangeWindowMessageFilterEx`.
   *
   * @default {false}
   */
  allowLowerIntegrity?: boolean | undefined;
  /**
   * How long a handler may take, in ms. Then the client is told that the
   * server is busy.
   *
   * @default {10000}
   */
  answerTimeout?: number | undefined;
}

/** Checks all options, before anything is opened. */
export function checkServing(service: unknown, options: ServeDdeOptions): void {
  checkDdeName("service", service);
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Missing options: give { topics }");
  }
  const { topics, help, answerTimeout, allowLowerIntegrity } = options;
  if (typeof topics !== "object" || topics === null) {
    throw new TypeError(
      'Invalid topics: give an object, such as { prices: { items: { apple: "1.20" } } }',
    );
  }
  assertDistinct("topic", Object.keys(topics));
  for (const [name, topic] of Object.entries(topics)) checkTopic(name, topic);
  if (help !== undefined && typeof help !== "string") {
    throw new TypeError("Invalid help: give a string");
  }
  for (const name of CALLBACKS) checkFunction(name, options[name]);
  checkBoolean("allowLowerIntegrity", allowLowerIntegrity ?? false);
  if (answerTimeout === undefined) return;
  checkInteger("answerTimeout", answerTimeout, 1, 0x7fff_ffff);
}

const CALLBACKS = [
  "onConnect",
  "onAdvise",
  "onDisconnect",
  "onError",
] as const;

function checkTopic(name: string, topic: DdeTopic): void {
  checkDdeName("topic", name);
  if (typeof topic !== "object" || topic === null) {
    throw new TypeError(`Invalid topic ${quote(name)}: give an object`);
  }
  const { items = {} } = topic;
  for (const name of ["request", "poke", "execute"] as const) {
    checkFunction(name, topic[name]);
  }
  if (typeof items !== "object" || items === null) {
    throw new TypeError(`Invalid items of ${quote(name)}: give an object`);
  }
  assertDistinct("item", Object.keys(items));
  for (const [item, content] of Object.entries(items)) {
    checkDdeName("item", item);
    if (typeof content === "string") checkValue(content);
    else checkItem(item, content);
  }
}

function checkItem(name: string, item: DdeItem): void {
  if (typeof item !== "object" || item === null) {
    throw new TypeError(
      `Invalid item ${quote(name)}: give text, or { value, request, poke }`,
    );
  }
  const { value, request, poke, advise, formats } = item;
  if (value !== undefined) checkValue(value);
  checkFunction("request", request);
  if (poke !== true) checkFunction("poke", poke);
  if (advise !== undefined && typeof advise !== "boolean") {
    throw new TypeError(
      `Invalid advise ${shown(advise)}: give true or false`,
    );
  }
  if (formats === undefined) return;
  if (!Array.isArray(formats)) {
    throw new TypeError("Invalid formats: give an array of names");
  }
  formats.forEach(checkFormat);
}

function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`Invalid ${name}: give a function`);
}

function assertDistinct(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const key = keyOf(name);
    if (!seen.has(key)) seen.add(key);
    else {
      throw new TypeError(
        `Invalid ${what} ${quote(name)}: it is there in another case`,
      );
    }
  }
}
