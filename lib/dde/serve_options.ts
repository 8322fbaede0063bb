/**
 * The options of a DDE server, and its handlers.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkString,
} from "../io/checks.ts";
import { checkFormat } from "../window/clipboard_formats.ts";
import { checkValue, type DdeData, type DdeValue } from "./data.ts";
import { checkDdeName, keyOf } from "./names.ts";

/** A client's conversation, as its server sees it. */
export interface DdeClient {
  /** The service that the client asked for. */
  readonly service: string;
  /** The topic. */
  readonly topic: string;
  /** The process id of the client. */
  readonly pid: number;
  /** Ends the conversation. */
  close(): void;
}

/** A client's request for data. */
export interface DdeDataRequest {
  /** The item, as the client wrote it. */
  readonly item: string;
  /** The name of the requested format. */
  readonly format: string;
  /** The client's conversation. */
  readonly client: DdeClient;
}

/** Data from a client. */
export interface DdePoke extends DdeData {
  /** The item, as the client wrote it. */
  readonly item: string;
  /** The client's conversation. */
  readonly client: DdeClient;
}

/** A command from a client. */
export interface DdeCommand {
  /** The command. */
  readonly command: string;
  /** The client's conversation. */
  readonly client: DdeClient;
}

/**
 * Answers a request; undefined refuses it. In this and the following handlers,
 * throwing {@linkcode Deno.errors.Busy} means "try again later". Throwing
 * another error refuses the request and calls {@linkcode
 * ServeDdeOptions.onError}.
 */
export type DdeRequestHandler = (
  request: DdeDataRequest,
) => DdeValue | undefined | Promise<DdeValue | undefined>;

/** Accepts data; false refuses it. */
export type DdePokeHandler = (
  poke: DdePoke,
) => boolean | void | Promise<boolean | void>;

/** Executes a command; false refuses it. */
export type DdeExecuteHandler = (
  command: DdeCommand,
) => boolean | void | Promise<boolean | void>;

/** An item of a topic. */
export interface DdeItem {
  /** Its data, until `publish()` changes it. */
  value?: DdeValue | undefined;
  /** Provides its data each time, instead of `value`. */
  request?: DdeRequestHandler | undefined;
  /**
   * Handles data from clients. True keeps it as the new value and publishes it.
   * Without this handler, data is refused.
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
  /** Its items by name: text, or an item with options. */
  items?: Readonly<Record<string, string | DdeItem>> | undefined;
  /** Provides the data of items that are not listed. */
  request?: DdeRequestHandler | undefined;
  /** Handles data for items that are not listed. */
  poke?: DdePokeHandler | undefined;
  /** Executes commands; without this handler they are refused. */
  execute?: DdeExecuteHandler | undefined;
}

/** The options of `serveDde()`. */
export interface ServeDdeOptions {
  /**
   * The topics by name. The topic "System" always exists, with the items
   * SysItems, Topics, Formats, Status, ReturnMessage and Help; you can add
   * items to it.
   */
  topics: Readonly<Record<string, DdeTopic>>;
  /**
   * The text of the item Help of the topic System.
   *
   * @default {""}
   */
  help?: string | undefined;
  /** Called for each new conversation; false ends it at once. */
  onConnect?: ((client: DdeClient) => boolean | void) | undefined;
  /** Called when a client starts to watch an item. */
  onAdvise?: ((client: DdeClient, item: string) => void) | undefined;
  /** Called when a client has ended its conversation, or has died. */
  onDisconnect?: ((client: DdeClient) => void) | undefined;
  /**
   * Called for errors that handlers throw, and for invalid answers. The client
   * is refused.
   *
   * @default {console.error}
   */
  onError?: ((error: unknown) => void) | undefined;
  /**
   * Accepts clients of a lower integrity level, which matters if this program
   * runs as administrator and its clients, such as Excel, do not. This
   * corresponds to `ChangeWindowMessageFilterEx`.
   *
   * @default {false}
   */
  allowLowerIntegrity?: boolean | undefined;
  /**
   * How long a handler may take, in ms. After that, the client gets the answer
   * that the server is busy.
   *
   * @default {10000}
   */
  answerTimeout?: number | undefined;
}

/** Checks all options before anything is opened. */
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
  if (help !== undefined) checkString("help", help, 0);
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
  if (advise !== undefined) checkBoolean("advise", advise);
  if (formats === undefined) return;
  if (!Array.isArray(formats)) {
    throw new TypeError("Invalid formats: give an array of names");
  }
  formats.forEach(checkFormat);
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
