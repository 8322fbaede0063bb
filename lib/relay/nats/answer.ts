/**
 * Answers that report a failure, in the form of NATS services.
 *
 * @module
 */

import type { Headers, Transport } from "./client.ts";

const TEXT = "Nats-Service-Error";
const CODE = "Nats-Service-Error-Code";
const LONGEST = 500;

/** The headers of an answer that reports a failure. */
export function failureHeaders(client: Transport, error: unknown): Headers {
  const headers = client.headers();
  const message = error instanceof Error ? error.message : String(error);
  const plain = message.replace(/[^\x20-\x7e]+/g, " ").slice(0, LONGEST);
  headers.set(TEXT, plain.trim() || "failed");
  headers.set(CODE, "500");
  return headers;
}

/**
 * Throws the failure in an answer.
 *
 * @throws {Error} if the answer reports one
 */
export function throwIfFailed(headers: Headers | undefined): void {
  const text = headers?.get(TEXT);
  if (text) throw new Error(`The request has failed: ${text}`);
}
