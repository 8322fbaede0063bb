/**
 * The calls that come in: RPC's threads leave them in slots and sleep until
 * they are answered.
 *
 * @module
 */

import {
  completionPort,
  forgetCompletion,
  hold,
  onCompletion,
  release,
} from "../io/port.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyIn, copyOut } from "../win32/memory.ts";
import {
  INTERFACE_ID_OFFSET,
  RPC_MESSAGE,
  RPC_SYNTAX_IDENTIFIER,
  rpcrt4,
} from "../win32/rpcrt4.ts";
import { field } from "../win32/structs.ts";
import { loadDispatch } from "./generated_code/functions.ts";
import { RECEIVED_SLOT, wakeThread } from "./generated_code/slots.ts";

/** A call that RPC's thread waits for. It is ended exactly once. */
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

/** Takes the calls of an interface. */
export type Receiver = (call: ReceivedCall) => void;

/** So many slots at first, and so many more whenever fewer than half are free. */
const SLOTS = 16;
const SLIST_HEADER_SIZE = 16;
/** What NDR calls little-endian, ASCII and IEEE; anything else is another machine's. */
const LOCAL_FORMAT = 0x10;

/** `BufferLength` has 32 bits. */
const MOST_BYTES = 0xffff_ffff;

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

/** The function that takes every call, for dispatch tables. */
export function dispatchFunction(): bigint {
  if (dispatch !== 0n) return dispatch;
  head = allocate(SLIST_HEADER_SIZE);
  kernel32().call.InitializeSListHead(head);
  return dispatch = loadDispatch(head, completionPort());
}

/**
 * Lets `receiver` take the calls of the interface with the identifier `id`
 * (`RPC_SYNTAX_IDENTIFIER`). Those with more than `maxCallSize` bytes of
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
 * Takes no more calls of the interface with the identifier `id`, which must be
 * unregistered; one that is on its way is told so. With the last interface,
 * waits until nothing is waited for any more.
 */
export async function stopReceiving(id: Uint8Array): Promise<void> {
  if (!receivers.delete(id.toHex()) || receivers.size > 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  end ||= allocate(RECEIVED_SLOT.size);
  onCompletion(end, () => {
    resolve();
    return true;
  });
  // What was posted before that is taken before it.
  kernel32().call.PostQueuedCompletionStatus(completionPort(), 0, 0n, end);
  await promise;
  if (receivers.size === 0) slots.forEach(forgetCompletion);
}

/** Keeps the program alive, until the function returned is called. */
export function keepAlive(): () => void {
  let held = true;
  hold();
  return () => {
    if (held) release();
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
  if (++busy > slots.length / 2) addSlots();
  let ended = false;
  const finish = (status: number) => {
    if (ended) return;
    ended = true;
    busy--;
    const answered = 1;
    wakeThread(slot, RECEIVED_SLOT.fields.status[0], status, answered);
  };
  try {
    pass(slot, finish);
  } catch {
    // There is no memory for it, or nobody knows where it comes from.
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
    answer: (results) => finish(filled(at, message, results)),
    fail: finish,
  });
}

/**
 * The identifier of the interface described at `address`. The runtime of
 * Windows describes it in memory of its own: the one that was registered has
 * another address. (Microsoft: RpcServerRegisterIf2 takes the structure for the
 * time of the call; Wine keeps the address.)
 */
function interfaceAt(address: bigint): string {
  const id = new Uint8Array(RPC_SYNTAX_IDENTIFIER.size);
  copyOut(address + BigInt(INTERFACE_ID_OFFSET), id);
  return id.toHex();
}

function filled(
  address: bigint,
  message: Uint8Array,
  results: Uint8Array,
): number {
  try {
    return fill(address, message, results);
  } catch {
    return ERROR.RPC_S_OUT_OF_RESOURCES;
  }
}

/** Puts results into the message at `address`; a status where RPC has no memory for them. */
function fill(
  address: bigint,
  message: Uint8Array,
  results: Uint8Array,
): number {
  if (results.byteLength > MOST_BYTES) return ERROR.RPC_S_OUT_OF_RESOURCES;
  const length = new Uint32Array([results.byteLength]);
  message.set(
    new Uint8Array(length.buffer),
    RPC_MESSAGE.fields.BufferLength[0],
  );
  copyIn(address, message);
  const status = rpcrt4().raw.I_RpcGetBuffer(address);
  if (status !== 0) return status;
  const filled = new Uint8Array(RPC_MESSAGE.size);
  copyOut(address, filled);
  copyIn(field(RPC_MESSAGE, filled, "Buffer"), results);
  // What RPC gives may be longer.
  filled.set(new Uint8Array(length.buffer), RPC_MESSAGE.fields.BufferLength[0]);
  copyIn(address, filled);
  return 0;
}
