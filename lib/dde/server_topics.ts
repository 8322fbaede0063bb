/**
 * The topics of a server: their items, and those that the convention adds.
 *
 * @module
 */

import { shown as shownValue } from "../io/format.ts";
import { copyValue, type DdeValue, formatsOf, TEXT_FORMATS } from "./data.ts";
import { keyOf } from "./names.ts";
import type {
  DdeExecuteHandler,
  DdeItem,
  DdePokeHandler,
  DdeRequestHandler,
  DdeTopic,
} from "./serve_options.ts";

const SYSTEM = "System";
/** The item that every topic has: the names of its items. */
const ITEM_LIST = "TopicItemList";
const READY = "Ready";

/** An item. It changes when it is published. */
export class Item {
  /** Its name. */
  readonly name: string;
  /** Provides its data each time. */
  readonly request: DdeRequestHandler | undefined;
  /** Accepts data; true keeps it. */
  readonly poke: DdePokeHandler | true | undefined;
  /** Whether clients may watch it. */
  readonly advise: boolean;
  /** Its data, unless `request` provides it. */
  value: DdeValue | undefined;
  readonly #formats: readonly string[] | undefined;

  /** An item as it is declared. */
  constructor(name: string, declared: string | DdeItem) {
    const item = typeof declared === "string" ? { value: declared } : declared;
    this.name = name;
    this.value = item.value && copyValue(item.value);
    this.request = item.request;
    this.poke = item.poke;
    this.advise = item.advise ?? true;
    this.#formats = item.formats && [...item.formats];
  }

  /** The formats in which it is offered. */
  get formats(): readonly string[] {
    if (this.#formats !== undefined) return this.#formats;
    return this.value === undefined || this.request !== undefined
      ? TEXT_FORMATS
      : formatsOf(this.value);
  }
}

/** A topic. */
export class Topic {
  /** Its name. */
  readonly name: string;
  /** Provides the data of items that are not listed. */
  readonly request: DdeRequestHandler | undefined;
  /** Accepts the data of items that are not listed. */
  readonly poke: DdePokeHandler | undefined;
  /** Executes commands. */
  readonly execute: DdeExecuteHandler | undefined;
  readonly #items = new Map<string, Item>();

  /** A topic as it is declared. */
  constructor(name: string, declared: DdeTopic) {
    this.name = name;
    this.request = declared.request;
    this.poke = declared.poke;
    this.execute = declared.execute;
    this.add(ITEM_LIST, {
      request: () => joined(this.names.filter((name) => name !== ITEM_LIST)),
      advise: false,
    });
    for (const [item, content] of Object.entries(declared.items ?? {})) {
      this.add(item, content);
    }
  }

  /** The names of its items. */
  get names(): string[] {
    return [...this.#items.values()].map(({ name }) => name);
  }

  /** The formats of all its items. */
  get formats(): string[] {
    return [...this.#items.values()].flatMap(({ formats }) => formats);
  }

  /** An item by its name, in any case. */
  item(name: string): Item | undefined {
    return this.#items.get(keyOf(name));
  }

  /** Adds an item, or replaces one. */
  add(name: string, declared: string | DdeItem): Item {
    const item = new Item(name, declared);
    this.#items.set(keyOf(name), item);
    return item;
  }
}

/** The topics of a server by {@linkcode keyOf} their names, including System. */
export function topicsOf(
  declared: Readonly<Record<string, DdeTopic>>,
  help: string,
): Map<string, Topic> {
  const topics = new Map<string, Topic>();
  const named = Object.entries(declared);
  const own = named.find(([name]) => keyOf(name) === keyOf(SYSTEM))?.[1] ?? {};
  const all = () => [...topics.values()];
  const listed = (request: () => string): DdeItem => ({
    request,
    advise: false,
  });
  topics.set(
    keyOf(SYSTEM),
    new Topic(SYSTEM, {
      ...own,
      items: {
        SysItems: listed(() =>
          joined(topics.get(keyOf(SYSTEM))!.names.filter(isOfSystem))
        ),
        Topics: listed(() => joined(all().map(({ name }) => name))),
        Formats: listed(() =>
          joined(shown(all().flatMap(({ formats }) => formats)))
        ),
        Status: READY,
        ReturnMessage: "",
        Help: help,
        ...own.items,
      },
    }),
  );
  for (const [name, topic] of named) {
    if (keyOf(name) === keyOf(SYSTEM)) continue;
    topics.set(keyOf(name), new Topic(name, topic));
  }
  return topics;
}

function isOfSystem(name: string): boolean {
  return name !== ITEM_LIST;
}

/** Lists are separated by tabs. */
function joined(names: readonly string[]): string {
  return names.join("\t");
}

/** Formats in the convention's form: Windows' own without `CF_`, each once. */
function shown(formats: readonly string[]): string[] {
  const names = formats.map((format) => format.replace(/^CF_/, ""));
  return [...new Set(names)];
}

/** The meaning of a handler's answer; nothing means yes. */
export function asAnswer(answer: unknown): boolean {
  if (answer === undefined) return true;
  if (typeof answer === "boolean") return answer;
  throw new TypeError(
    `Invalid answer ${shownValue(answer)}: give true or false, or throw`,
  );
}
