/**
 * UUIDs and versions of interfaces. Pure functions.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import {
  RPC_SYNTAX_IDENTIFIER,
  RPC_VERSION,
  SYNTAX_VERSION_OFFSET,
} from "../win32/rpcrt4.ts";
import { pack } from "../win32/structs.ts";

/** Identifies an interface. */
export interface RpcInterfaceId {
  /** Its UUID, such as `"367abb81-9844-35f1-ad32-98f038001003"`. Upper case and braces are accepted. */
  uuid: string;
  /**
   * Its version, `"MAJOR.MINOR"`. A server serves clients of the same major
   * version and of its own or a lower minor one.
   *
   * @default {"1.0"}
   */
  version?: string | undefined;
}

const UUID =
  /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;
const VERSION = /^(\d{1,5})\.(\d{1,5})$/;
const MAX_PART = 0xffff;

/**
 * The bytes of a UUID in Windows' form (`GUID`), with its first three numbers
 * little-endian.
 */
export function uuidBytes(uuid: string): Uint8Array<ArrayBuffer> {
  const match = typeof uuid === "string" ? UUID.exec(uuid) : null;
  if (match === null) {
    throw new TypeError(
      `Invalid UUID ${
        quote(uuid)
      }: give one like "367abb81-9844-35f1-ad32-98f038001003"`,
    );
  }
  const [, a, b, c, d, e] = match as unknown as string[];
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, parseInt(a!, 16), true);
  view.setUint16(4, parseInt(b!, 16), true);
  view.setUint16(6, parseInt(c!, 16), true);
  view.setBigUint64(8, BigInt(`0x${d}${e}`));
  return new Uint8Array(view.buffer);
}

/** An `RPC_SYNTAX_IDENTIFIER`: the UUID and the version of an interface. */
export function syntaxIdentifier(
  { uuid, version = "1.0" }: RpcInterfaceId,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RPC_SYNTAX_IDENTIFIER.size);
  bytes.set(uuidBytes(uuid));
  const [MajorVersion, MinorVersion] = versionParts(version);
  bytes.set(
    pack(RPC_VERSION, { MajorVersion, MinorVersion }),
    SYNTAX_VERSION_OFFSET,
  );
  return bytes;
}

/** An interface in one line, for errors. */
export function shownInterface(
  { uuid, version = "1.0" }: RpcInterfaceId,
): string {
  return `${uuid} version ${version}`;
}

function versionParts(version: string): [number, number] {
  const match = typeof version === "string" ? VERSION.exec(version) : null;
  const parts = match?.slice(1).map(Number) ?? [];
  if (parts.length !== 2 || parts.some((part) => part > MAX_PART)) {
    throw new TypeError(
      `Invalid version ${quote(version)}: give "MAJOR.MINOR", such as "1.0"`,
    );
  }
  return parts as [number, number];
}
