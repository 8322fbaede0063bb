/**
 * Parses posted messages of DDE.
 *
 * @module
 */

import { readGlobal } from "../../io/memory/global_memory.ts";
import { atomName, readHead, unpack } from "./memory.ts";

/** The messages, by their purpose: `WM_DDE_ADVISE` and so on. */
export const DDE = {
  advise: 0x3e2,
  unadvise: 0x3e3,
  ack: 0x3e4,
  data: 0x3e5,
  request: 0x3e6,
  poke: 0x3e7,
  execute: 0x3e8,
} as const;

/** `DDEDATA.fResponse`: the answer to a request. */
export const FRESPONSE = 0x1000;
/** `DDEDATA.fRelease`, `DDEPOKE.fRelease`: the receiver frees it. */
export const FRELEASE = 0x2000;
/** `DDEADVISE.fDeferUpd`: updates without data. */
export const FDEFERUPD = 0x4000;
/** `DDEDATA.fAckReq`, `DDEADVISE.fAckReq`: requests an acknowledgement. */
export const FACKREQ = 0x8000;

const ATOM = 0xffffn;

/** A message with checked parts. */
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

  /** Parses a message. Undefined if its parameter is invalid. */
  static of(message: number, lParam: bigint): PostedMessage | undefined {
    const parts = unpack(message, lParam);
    return parts && new PostedMessage(message, parts.low, parts.high);
  }

  /** The name of its atom; undefined if the atom does not exist. */
  get item(): string | undefined {
    const atom = Number(this.high & ATOM);
    return atom === 0 ? undefined : atomName(atom);
  }

  /** The block that it carries; undefined if it carries none. */
  get block():
    | { flags: number; format: number; bytes: Uint8Array<ArrayBuffer> }
    | undefined {
    return readHead(readGlobal(this.low));
  }

  /** The command that it carries; undefined if it carries none. */
  get command(): Uint8Array<ArrayBuffer> | undefined {
    return readGlobal(this.high);
  }
}
