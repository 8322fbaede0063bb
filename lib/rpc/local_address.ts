/**
 * Recognizes callers on this computer.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { fromWide } from "../win32/wide.ts";

const MAX_COMPUTERNAME_LENGTH = 15;
const LOOPBACK = /^(::1|localhost|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/**
 * Whether the address of a caller is this computer: loopback, or this
 * computer's name, which a pipe reports. An empty address belongs to no
 * computer.
 */
export function isThisComputer(address: string | undefined): boolean {
  const plain = (address ?? "").replace(/^\\+/, "").toLowerCase();
  return LOOPBACK.test(plain) || plain !== "" && plain === computerName();
}

let name: string | undefined;

function computerName(): string {
  return name ??= askName().toLowerCase();
}

function askName(): string {
  const size = MAX_COMPUTERNAME_LENGTH + 1;
  const bytes = new Uint8Array(2 * size);
  kernel32().call.GetComputerNameW(bytes, new Uint32Array([size]));
  return fromWide(bytes);
}
