/**
 * Incoming calls: RPC's threads put them into slots and sleep until they are
 * answered.
 *
 * @module
 */

import {
  completionPort,
  endKeepAlive,
  forgetCompletion,
  keepAlive,
  onCompletion,
} from "../io/overlapped/completion_port.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyOut } from "../win32/memory.ts";
import {
  INTERFACE_ID_OFFSET,
  RPC_MESSAGE,
  RPC_SYNTAX_IDENTIFIER,
  rpcrt4,
} from "../win32/rpcrt4.ts";
import { field } from "../win32/structs.ts";
import { fillMessage, setLength } from "./call_message.ts";
import { loadDispatch } from "./generated_code/foreign_thread_code.ts";
import { RECEIVED_SLOT, wakeThread } from "./generated_code/slots.ts";

/** A call that RPC's thread waits for. It must be ended exactly once. */
export interface ReceivedCall {
  /** The binding handle of its caller, valid until it is ended. */
  readonly binding: bigint;
  /** The procedure's number. */
  readonly procedure: number;
  /** Its arguments. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Ends it with results. */
  answer(bytes: Uint8Array): void;
  /** Ends it with a status other than 0. */
  fail(status: number): void;
}

/** Receives the calls of an interface. */
export type Receiver = (call: ReceivedCall) => void;

/**
 * The number of slots at first, and the number added when fewer than half are
 * free.
 */
const SLOTS = 16;
const SLIST_HEADER_SIZE = 16;
/**
 * NDR's code for little-endian, ASCII and IEEE; other values come from other
 * machines.
 */
const LOCAL_FORMAT = 0x10;

/** `BufferLength` has 32 bits. */
const MAX_BYTES = 0xffff_ffff;

interface Registration {
  readonly receiver: Receiver;
  readonly maxCallSize: number;
}

/** By the identifier of the interface, in hexadecimal digits. */
const receivers = new Map<string, Registration>();
const slots: bigint[] = [];
let busy = 0;
let head = 0n;
let dispatch = 0n;
let end = 0n;

/** The function that receives every call, for dispatch tables. */
export function dispatchFunction(): bigint {
  if (dispatch !== 0n) return dispatch;
  head = allocate(SLIST_HEADER_SIZE);
  kernel32().call.InitializeSListHead(head);
  return dispatch = loadDispatch(head, completionPort());
}

/**
 * Lets `receiver` receive the calls of the interface with the identifier `id`
 * (`RPC_SYNTAX_IDENTIFIER`). Calls with more than `maxCallSize` bytes of
 * arguments are refused.
 */
export function receive(
  id: Uint8Array,
  receiver: Receiver,
  maxCallSize: number,
): void {
  if (receivers.size === 0) slots.forEach(watch);
  receivers.set(id.toHex(), { receiver, maxCallSize });
  if (slots.length === 0) addSlots();
}

/**
 * Stops receiving calls of the interface with the identifier `id`, which must
 * be unregistered; a call on its way is refused. For the last interface, waits
 * until no call is pending.
 */
export async function stopReceiving(id: Uint8Array): Promise<void> {
  if (!receivers.delete(id.toHex()) || receivers.size > 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  end ||= allocate(RECEIVED_SLOT.size);
  onCompletion(end, () => {
    resolve();
    return true;
  });
  // Calls posted before this are received first.
  kernel32().call.PostQueuedCompletionStatus(completionPort(), 0, 0n, end);
  await promise;
  if (receivers.size === 0) slots.forEach(forgetCompletion);
}

/** Keeps the program alive until the returned function is called. */
export function keepServing(): () => void {
  let held = true;
  keepAlive();
  return () => {
    if (held) endKeepAlive();
    held = false;
  };
}

function addSlots(): void {
  const { call } = kernel32();
  for (let i = 0; i < SLOTS; i++) {
    const slot = allocate(RECEIVED_SLOT.size);
    slots.push(slot);
    watch(slot);
    call.InterlockedPushEntrySList(head, slot);
  }
}

function watch(slot: bigint): void {
  onCompletion(slot, () => {
    take(slot);
    return false;
  });
}

function take(slot: bigint): void {
  busy++;
  let ended = false;
  const finish = (status: number) => {
    if (ended) return;
    ended = true;
    busy--;
    const answered = 1;
    wakeThread(slot, RECEIVED_SLOT.fields.status[0], status, answered);
  };
  try {
    if (busy > slots.length / 2) addSlots();
    pass(slot, finish);
  } catch {
    // There is no memory for it, or its interface is unknown.
    finish(ERROR.RPC_S_OUT_OF_RESOURCES);
  }
}

/** Passes a call on to the receiver of its interface. */
function pass(slot: bigint, finish: (status: number) => void): void {
  const head = new Uint8Array(RECEIVED_SLOT.size);
  copyOut(slot, head);
  const at = field(RECEIVED_SLOT, head, "message");
  const message = new Uint8Array(RPC_MESSAGE.size);
  copyOut(at, message);
  const format = field(RPC_MESSAGE, message, "DataRepresentation") & 0xff;
  const target = field(RPC_MESSAGE, message, "RpcInterfaceInformation");
  const registration = receivers.get(interfaceAt(target));
  if (registration === undefined) return finish(ERROR.RPC_S_UNKNOWN_IF);
  if (format !== LOCAL_FORMAT) return finish(ERROR.RPC_S_CANNOT_SUPPORT);
  const length = field(RPC_MESSAGE, message, "BufferLength");
  // Windows does not limit calls by ncalrpc (Microsoft: RpcServerRegisterIf2).
  if (length > registration.maxCallSize) {
    return finish(ERROR.ERROR_ACCESS_DENIED);
  }
  const bytes = new Uint8Array(length);
  copyOut(field(RPC_MESSAGE, message, "Buffer"), bytes);
  registration.receiver({
    binding: field(RPC_MESSAGE, message, "Handle"),
    procedure: field(RPC_MESSAGE, message, "ProcNum"),
    bytes,
    answer: (results) => finish(fill(at, results)),
    fail: finish,
  });
}

/**
 * The identifier of the interface described at `address`. Windows' runtime
 * keeps its own copy of the description, at another address than the registered
 * one. (Microsoft: RpcServerRegisterIf2 uses the structure during the call;
 * Wine keeps the address.)
 */
function interfaceAt(address: bigint): string {
  const id = new Uint8Array(RPC_SYNTAX_IDENTIFIER.size);
  copyOut(address + BigInt(INTERFACE_ID_OFFSET), id);
  return id.toHex();
}

/**
 * Writes results to the message at `address`; returns a status if there is no
 * memory for them.
 */
function fill(address: bigint, results: Uint8Array): number {
  if (results.byteLength > MAX_BYTES) return ERROR.RPC_S_OUT_OF_RESOURCES;
  try {
    setLength(address, results.byteLength);
    const status = rpcrt4().raw.I_RpcGetBuffer(address);
    if (status === 0) fillMessage(address, results);
    return status;
  } catch {
    return ERROR.RPC_S_OUT_OF_RESOURCES;
  }
}
