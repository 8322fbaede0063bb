/**
 * The schema of `--json`: every event of every command, with its fields.
 * `winipc help json` prints it, and a test compares it with the commands'
 * output.
 *
 * @module
 */

/**
 * The fields of an event, by name. `?` after a type: the field may be absent;
 * `|null`: it may be null. Every event has `at`, a time.
 */
export type EventFields = Readonly<Record<string, string>>;

export type Events = Readonly<Record<string, EventFields>>;

/** The sent or received data: `text`, or with `--hex` `hex`, never both. */
const CONTENT = { text: "string?", hex: "string?", bytes: "integer" } as const;
const CLIENT = { client: "integer" } as const;
const PEER = { ...CLIENT, pid: "integer?" } as const;
const ADDRESS = { ...CLIENT, address: "string?" } as const;
const PLACE = { name: "string", offset: "integer" } as const;
const SIDE = {
  mechanism: "string",
  side: "string",
  pid: "integer",
  name: "string",
} as const;
const PID = { pid: "integer" } as const;
const ITEM = { item: "string" } as const;
const VALUE = { ...CONTENT, ...ITEM, format: "string" } as const;
const RELAYED = {
  forth: "object",
  back: "object",
  partners: "integer",
  failed: "integer",
} as const;

/** By the typed words. Commands without events are absent. */
export const JSON_EVENTS: Readonly<Record<string, Events>> = {
  "mailslot read": { message: CONTENT },
  "mailslot write": { sent: CONTENT },
  "pipe serve": {
    connected: PEER,
    message: { ...CONTENT, ...PEER },
    left: PEER,
  },
  "pipe connect": { message: CONTENT },
  "pipe call": { message: CONTENT },
  "pipe info": {
    info: {
      name: "string",
      mode: "string",
      outputBuffer: "integer",
      inputBuffer: "integer",
      instances: "integer",
      maxInstances: "integer|null",
      serverPid: "integer",
      serverSessionId: "integer",
    },
  },
  "pipe list": { pipe: { name: "string", instances: "integer" } },
  "shm create": {
    created: {
      name: "string",
      size: "integer",
      mappedSize: "integer",
      bytes: "integer",
    },
  },
  "shm read": { message: { ...CONTENT, ...PLACE } },
  "shm write": { written: { ...CONTENT, ...PLACE } },
  "shm info": { info: { name: "string", size: "integer", access: "string" } },
  "map cat": { message: { ...CONTENT, file: "string", offset: "integer" } },
  "map edit": { written: { ...CONTENT, file: "string", offset: "integer" } },
  "message listen": {
    message: { ...CONTENT, tag: "integer|string", sender: "integer" },
  },
  "message send": {
    sent: { ...CONTENT, tag: "integer|string", result: "integer" },
  },
  "message windows": {
    window: {
      handle: "integer",
      pid: "integer",
      className: "string",
      title: "string",
      visible: "boolean",
    },
  },
  "clipboard get": { clipboard: { ...CONTENT, format: "string" } },
  "clipboard set": { set: { format: "string", sequence: "integer" } },
  "clipboard watch": {
    change: {
      ...CONTENT,
      bytes: "integer?",
      format: "string",
      sequence: "integer",
    },
  },
  "clipboard formats": { format: { id: "integer", name: "string" } },
  "clipboard clear": { cleared: { sequence: "integer" } },
  "anon run": {
    started: { pid: "integer" },
    message: CONTENT,
    exited: { pid: "integer", code: "integer" },
  },
  "socket serve": {
    connected: ADDRESS,
    message: { ...CONTENT, ...ADDRESS },
    left: ADDRESS,
  },
  "socket connect": { message: CONTENT },
  "rpc serve": {
    message: { ...CONTENT, procedure: "integer", pid: "integer?" },
  },
  "rpc call": { message: { ...CONTENT, procedure: "integer" } },
  "dde serve": {
    message: { ...VALUE, ...PID },
    execute: { ...CONTENT, ...PID },
    connected: PID,
    watched: { ...ITEM, ...PID },
    disconnected: PID,
  },
  "dde request": { message: VALUE },
  "dde poke": { sent: { ...CONTENT, ...ITEM } },
  "dde execute": { sent: CONTENT },
  "dde advise": { message: VALUE },
  "dde list": { topic: { service: "string", topic: "string", ...PID } },
  relay: {
    ready: { name: "string" },
    counts: RELAYED,
    done: RELAYED,
  },
  "trace view": {
    page: {
      file: "string",
      processes: "integer",
      calls: "integer",
      left: "integer",
    },
  },
  demo: {
    created: { ...SIDE, handle: "integer?" },
    opened: { ...SIDE, handle: "integer?" },
    sent: { ...CONTENT, ...SIDE },
    message: { ...CONTENT, ...SIDE },
    closed: SIDE,
    result: {
      mechanism: "string",
      ok: "boolean",
      milliseconds: "integer",
      bytes: "integer",
      roundTrip: "number?",
      rounds: "integer?",
      flag: "string?",
      error: "string?",
    },
  },
  doctor: {
    system: {
      os: "string",
      release: "string?",
      wine: "boolean?",
      wineVersion: "string?",
      deno: "string",
      arch: "string",
    },
    check: {
      mechanism: "string",
      what: "string?",
      ok: "boolean",
      milliseconds: "integer",
      flag: "string",
      error: "string?",
      advice: "string?",
    },
  },
};

/** The schema for people. */
export function schemaText(): string {
  const parts = Object.entries(JSON_EVENTS).map(([command, events]) => {
    const lines = Object.entries(events).map(([event, fields]) => {
      const shown = Object.entries({ ...fields, at: "time" })
        .map(([name, type]) => `${name} ${type}`);
      return wrapped(`    ${event.padEnd(10)}`, shown);
    });
    return `  ${command}\n${lines.join("")}`;
  });
  return `${HEAD}\n${parts.join("")}`;
}

const HEAD = `winipc: what --json prints

One JSON object a line, UTF-8, on stdout. Each has the "event", the fields
below, and "at", a UTC time to the microsecond ("2026-01-31T12:00:00.123456Z").
Fields may be added, so leave out what you do not know. "?" means that a field
may be absent. Of "text" and "hex" (with --hex) one is there, and "bytes" counts
what travelled. Sides of the demo ("demo pipe a") print the demo's events.
`;
const WIDTH = 80;

function wrapped(head: string, words: readonly string[]): string {
  const lines = [head];
  words.forEach((word, at) => {
    const last = lines.length - 1;
    const text = at < words.length - 1 ? `${word},` : word;
    const longer = `${lines[last]} ${text}`;
    if (longer.length <= WIDTH) lines[last] = longer;
    else lines.push(`${" ".repeat(head.length)} ${text}`);
  });
  return lines.map((line) => `${line}\n`).join("");
}
