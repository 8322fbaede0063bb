/**
 * The messages of errors that handlers have thrown.
 *
 * An RPC fault carries a status and no text. So the server stores the text
 * under a random status. Clients request it through an interface of its own,
 * {@linkcode THROWN_INTERFACE}: procedure 0 takes the status as a 32-bit number
 * and returns the text in UTF-8. Clients in C see the status and need not ask.
 *
 * @module
 */

import { thrownStatus } from "./errors.ts";
import type { RpcInterfaceId } from "./uuid.ts";

/** The interface that serves the messages of errors. */
export const THROWN_INTERFACE: RpcInterfaceId = {
  uuid: "9c1b7a52-4a0f-4d5e-8f6b-2f0f4c9d1e37",
  version: "1.0",
};

/** The size of a request: one status. */
export const THROWN_QUESTION_SIZE = 4;

/** How many messages to keep, the newest. */
const MAX_MESSAGES = 256;
const MAX_LENGTH = 4096;

const messages = new Map<number, string>();

/** Stores the message of `error` and returns the status to end the call with. */
export function storeError(error: unknown): number {
  let status = thrownStatus();
  while (messages.has(status)) status = thrownStatus();
  messages.set(status, cut(textOf(error)));
  if (messages.size > MAX_MESSAGES) {
    const [oldest] = messages.keys();
    messages.delete(oldest!);
  }
  return status;
}

/** The request for the message of a status. */
export function thrownQuestion(status: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(THROWN_QUESTION_SIZE));
  view.setUint32(0, status, true);
  return new Uint8Array(view.buffer);
}

/** The answer: the message, once; nothing for an unknown status. */
export function thrownAnswer(question: Uint8Array): Uint8Array<ArrayBuffer> {
  if (question.byteLength !== THROWN_QUESTION_SIZE) return new Uint8Array();
  const { buffer, byteOffset } = question;
  const status = new DataView(buffer, byteOffset).getUint32(0, true);
  const message = messages.get(status) ?? "";
  messages.delete(status);
  return new TextEncoder().encode(message);
}

/** Shortens a text to the maximum length, without splitting a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, "");
}

function textOf(error: unknown): string {
  try {
    return String(
      error instanceof Error ? error.message || error.name : error,
    );
  } catch {
    // An object without a prototype has no text.
    return typeof error;
  }
}
