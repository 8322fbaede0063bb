/**
 * The parts of the demo's round trips.
 *
 * @module
 */

export interface Answering {
  /** A free name. */
  readonly name: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Reports its address, once it is ready. */
  ready(where: string): void;
}

export interface Asking {
  /** The address from {@linkcode Answering.ready}. */
  readonly where: string;
  readonly signal: AbortSignal;
  /** Closes opened objects at the end. */
  readonly stack: AsyncDisposableStack;
}

export interface Round {
  /** Answers until the signal is aborted, or the other side has left. */
  answer(to: Answering): Promise<void>;
  /** Opens it; the returned function makes one round trip. */
  ask(from: Asking): Promise<() => Promise<void>>;
}

/** The message: 16 bytes. */
export const MESSAGE: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  "winipc demo ping",
);
export const SIZE = MESSAGE.byteLength;

/** Throws for an answer that is not {@linkcode MESSAGE}. */
export function expectAnswer(answer: Uint8Array | null): void {
  if (answer?.toHex() === MESSAGE.toHex()) return;
  throw new Error("The answer is not what was sent");
}
