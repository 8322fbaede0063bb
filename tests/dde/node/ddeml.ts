// Windows' DDEML for Node, by koffi, whose folder WINIPC_TEST_KOFFI names: of
// ANSI or of UTF-16, as `kind` says.
import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const koffi = require(process.env.WINIPC_TEST_KOFFI!);
const user32 = koffi.load("user32.dll");

// deno-lint-ignore no-explicit-any
function declare(prototype: string): (...args: unknown[]) => any {
  return user32.func(prototype);
}

const Callback = koffi.proto(
  "int64_t DdeCallback(uint32_t type, uint32_t format, int64_t talk, int64_t first, int64_t second, int64_t data, uint64_t d1, uint64_t d2)",
);
const initialize = {
  A: declare(
    "uint32_t DdeInitializeA(_Inout_ uint32_t *id, DdeCallback *callback, uint32_t command, uint32_t reserved)",
  ),
  W: declare(
    "uint32_t DdeInitializeW(_Inout_ uint32_t *id, DdeCallback *callback, uint32_t command, uint32_t reserved)",
  ),
};
const createString = declare(
  "int64_t DdeCreateStringHandleW(uint32_t id, str16 text, int codePage)",
);
const queryString = declare(
  "uint32_t DdeQueryStringW(uint32_t id, int64_t text, uint8_t *buffer, uint32_t size, int codePage)",
);
const nameService = declare(
  "int64_t DdeNameService(uint32_t id, int64_t name, int64_t reserved, uint32_t command)",
);
const connectTo = declare(
  "int64_t DdeConnect(uint32_t id, int64_t service, int64_t topic, void *context)",
);
const transaction = declare(
  "int64_t DdeClientTransaction(const uint8_t *data, uint32_t size, int64_t talk, int64_t item, uint32_t format, uint32_t type, uint32_t timeout, _Out_ uint32_t *result)",
);
const createData = declare(
  "int64_t DdeCreateDataHandle(uint32_t id, const uint8_t *data, uint32_t size, uint32_t offset, int64_t item, uint32_t format, uint32_t command)",
);
const getData = declare(
  "uint32_t DdeGetData(int64_t data, uint8_t *buffer, uint32_t size, uint32_t offset)",
);
/** `DdePostAdvise`, with names that {@link name} makes. */
const postAdvise = declare(
  "int DdePostAdvise(uint32_t id, int64_t topic, int64_t item)",
);
/** `DdeGetLastError`. */
const lastError = declare("uint32_t DdeGetLastError(uint32_t id)");
/** `DdeDisconnect`. */
export const disconnect = declare("int DdeDisconnect(int64_t talk)");
/** `DdeUninitialize`. */
const uninitialize = declare("int DdeUninitialize(uint32_t id)");
const waitMessage = declare(
  "uint32_t MsgWaitForMultipleObjectsEx(uint32_t count, void *handles, uint32_t milliseconds, uint32_t mask, uint32_t flags)",
);
const peekMessage = declare(
  "int PeekMessageW(uint8_t *message, int64_t window, uint32_t first, uint32_t last, uint32_t remove)",
);
const dispatchMessage = declare("int64_t DispatchMessageW(uint8_t *message)");

const CP_WINUNICODE = 1200;
const DNS_REGISTER = 1;
const QS_ALLINPUT = 0x4ff;
const PM_REMOVE = 1;

/** The transactions. */
export const XTYP = {
  advData: 0x4010,
  advReq: 0x2022,
  advStart: 0x1030,
  advStop: 0x8040,
  execute: 0x4050,
  connect: 0x1062,
  poke: 0x4090,
  request: 0x20b0,
} as const;
/** `CF_TEXT`. */
export const CF_TEXT = 1;
/** `CF_UNICODETEXT`. */
export const CF_UNICODETEXT = 13;

/** What is asked of us, with names and data already read. */
export interface Asked {
  type: number;
  format: number;
  first: string;
  second: string;
  data: Buffer;
}

let id = 0;

/** Starts DDEML; `handle` answers what it is asked. */
export function start(
  kind: "A" | "W",
  handle: (asked: Asked) => number,
): void {
  const callback = koffi.register(
    (
      type: number,
      format: number,
      _talk: unknown,
      first: number,
      second: number,
      data: number,
    ) =>
      handle({
        type,
        format,
        first: textOf(first),
        second: textOf(second),
        data: bytesOf(data),
      }),
    koffi.pointer(Callback),
  );
  const result: [number] = [0];
  const status = initialize[kind](result, callback, 0, 0);
  if (status !== 0) throw new Error(`DdeInitialize: ${status}`);
  id = result[0];
}

/** Ends DDEML. */
export function end(): void {
  uninitialize(id);
}

/** A name of a service, a topic or an item. */
export function name(text: string): number {
  return Number(createString(id, text, CP_WINUNICODE));
}

/** Registers a service. */
export function register(service: string): void {
  nameService(id, name(service), 0, DNS_REGISTER);
}

/** Connects; 0 where nobody answers. */
export function connect(service: string, topic: string): number {
  return Number(connectTo(id, name(service), name(topic), null));
}

/** A transaction: its data, or null and the last error. */
export function transact(
  talk: number,
  type: number,
  item: string | null,
  format: number,
  data: Buffer | null = null,
): { data: Buffer | null; error: number; flags: number } {
  const flags: [number] = [0];
  const handle = Number(
    transaction(
      data,
      data?.byteLength ?? 0,
      talk,
      item === null ? 0 : name(item),
      format,
      type,
      10_000,
      flags,
    ),
  );
  const error = handle === 0 ? lastError(id) : 0;
  return {
    data: handle > 1 && type === XTYP.request ? bytesOf(handle) : null,
    error,
    flags: flags[0],
  };
}

/** Data to answer with. */
export function dataHandle(bytes: Buffer, format: number): number {
  return Number(createData(id, bytes, bytes.byteLength, 0, 0, format, 0));
}

/** Tells all who watch. */
export function publish(topic: string, item: string): void {
  postAdvise(id, name(topic), name(item));
}

/** Handles messages, and waits up to so many ms for one. */
export function pump(milliseconds: number): void {
  waitMessage(0, null, milliseconds, QS_ALLINPUT, 0);
  const message = new Uint8Array(48);
  while (peekMessage(message, 0, 0, 0, PM_REMOVE) > 0) dispatchMessage(message);
}

/** Text as a format has it; ANSI is Latin 1 here. */
export function encode(text: string, format: number): Buffer {
  return Buffer.from(`${text}\0`, format === CF_TEXT ? "latin1" : "utf16le");
}

/** The text of a format's data. */
export function decode(data: Buffer, format: number): string {
  const text = data.toString(format === CF_TEXT ? "latin1" : "utf16le");
  return text.split("\0")[0]!;
}

function textOf(handle: number): string {
  if (Number(handle) === 0) return "";
  const buffer = Buffer.alloc(512);
  const length = queryString(id, handle, buffer, 256, CP_WINUNICODE);
  return buffer.toString("utf16le", 0, 2 * length);
}

function bytesOf(handle: number): Buffer {
  if (Number(handle) === 0) return Buffer.alloc(0);
  const buffer = Buffer.alloc(getData(handle, null, 0, 0));
  getData(handle, buffer, buffer.byteLength, 0);
  return buffer;
}
