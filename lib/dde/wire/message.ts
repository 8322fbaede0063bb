/**
 * A posted message of DDE, taken apart.
 *
 * @module
 */

import { atomName, fromGlobal, readHead, unpack } from "./memory.ts";

const WM_DDE_ADVISE = 0x3e2;
const WM_DDE_UNADVISE = 0x3e3;
const WM_DDE_ACK = 0x3e4;
const WM_DDE_DATA = 0x3e5;
const WM_DDE_REQUEST = 0x3e6;
const WM_DDE_POKE = 0x3e7;
const WM_DDE_EXECUTE = 0x3e8;

/** The messages, by what they do. */
export const DDE = {
  advise: WM_DDE_ADVISE,
  unadvise: WM_DDE_UNADVISE,
  ack: WM_DDE_ACK,
  data: WM_DDE_DATA,
  request: WM_DDE_REQUEST,
  poke: WM_DDE_POKE,
  execute: WM_DDE_EXECUTE,
} as const;

/** `DDEDATA.fResponse`: the answer to a request. */
export const FRESPONSE = 0x1000;
/** `DDEDATA.fRelease`, `DDEPOKE.fRelease`: whoever receives it frees it. */
export const FRELEASE = 0x2000;
/** `DDEADVISE.fDeferUpd`: without the data. */
export const FDEFERUPD = 0x4000;
/** `DDEDATA.fAckReq`, `DDEADVISE.fAckReq`: to be acknowledged. */
export const FACKREQ = 0x8000;

const ATOM = 0xffffn;

/** A message, whose parts were checked. */
export class PostedMessage {
  /** `WM_DDE_…` */
  readonly message: number;
  /** A status, a format, or global memory. */
  readonly low: bigint;
  /** An atom, or global memory. */
  readonly high: bigint;

  private constructor(message: number, low: bigint, high: bigint) {
    this.message = message;
    this.low = low;
    this.high = high;
  }

  /** Takes a message apart. Undefined where its parameter is none. */
  static of(message: number, lParam: bigint): PostedMessage | undefined {
    const parts = unpack(message, lParam);
    return parts && new PostedMessage(message, parts.low, parts.high);
  }

  /** The name that its atom stands for; undefined where it stands for none. */
  get item(): string | undefined {
    const atom = Number(this.high & ATOM);
    return atom === 0 ? undefined : atomName(atom);
  }

  /** The memory that it carries, taken apart; undefined where there is none. */
  get block():
    | { flags: number; format: number; bytes: Uint8Array<ArrayBuffer> }
    | undefined {
    return readHead(fromGlobal(this.low));
  }

  /** The command that it carries; undefined where there is none. */
  get command(): Uint8Array<ArrayBuffer> | undefined {
    return fromGlobal(this.high);
  }
}
