/**
 * The frames of WebSockets: RFC 6455, section 5.2. Pure functions.
 *
 * @module
 */

/** The kinds of frames. */
export const OPCODE = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** The close codes: RFC 6455, section 7.4.1. */
export const CLOSE_CODE = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  /** For events alone: the close frame had no code. */
  noCode: 1005,
  /** For events alone: no close frame came. */
  abnormal: 1006,
  invalidText: 1007,
  tooBig: 1009,
  internalError: 1011,
} as const;

/** The longest payload of a control frame. */
export const MAX_CONTROL = 125;

/** Why a WebSocket must be closed, and the code that says so. */
export class WebSocketError extends Error {
  /** The code of the close frame. */
  readonly code: number;

  /** A failure that the client learns by `code`. */
  constructor(code: number, message: string) {
    super(message);
    this.name = "WebSocketError";
    this.code = code;
  }
}

/** A whole message, or a control frame, in one frame as servers send it: not masked. */
export function encodeFrame(
  opcode: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const size = payload.byteLength;
  const head = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = new Uint8Array(head + size);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = head === 2 ? size : head === 4 ? 126 : 127;
  if (head === 4) view.setUint16(2, size);
  if (head === 10) view.setBigUint64(2, BigInt(size));
  frame.set(payload, head);
  return frame;
}

/** The payload of a close frame. A reason that is too long is cut. */
export function encodeClose(code: number, reason: string): Uint8Array {
  if (code === CLOSE_CODE.noCode) return new Uint8Array(0);
  const payload = new Uint8Array(MAX_CONTROL);
  new DataView(payload.buffer).setUint16(0, code);
  const { written } = new TextEncoder().encodeInto(reason, payload.subarray(2));
  return payload.subarray(0, 2 + written);
}

/** The code and the reason in a close frame that has arrived. */
export function decodeClose(
  payload: Uint8Array<ArrayBuffer>,
): { code: number; reason: string } {
  if (payload.byteLength === 0) return { code: CLOSE_CODE.noCode, reason: "" };
  if (payload.byteLength === 1) throw protocolError("a close frame of 1 byte");
  const code = payload[0]! << 8 | payload[1]!;
  if (!mayArrive(code)) throw protocolError(`the close code ${code}`);
  return { code, reason: decodeText(payload.subarray(2)) };
}

/** RFC 6455, section 7.4, and the codes that IANA has added to it. */
function mayArrive(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
    (code >= 3000 && code <= 4999);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text, which must be valid UTF-8. */
export function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WebSocketError(
      CLOSE_CODE.invalidText,
      "Invalid message: its text is not UTF-8",
    );
  }
}

/** A frame that the protocol does not allow. */
export function protocolError(what: string): WebSocketError {
  return new WebSocketError(
    CLOSE_CODE.protocolError,
    `Invalid frame: the client sent ${what}`,
  );
}
