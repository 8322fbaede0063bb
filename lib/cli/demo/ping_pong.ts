/**
 * What a round trip of the demo is made of.
 *
 * @module
 */

export interface Answering {
  /** A name that is free. */
  readonly name: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Tells where it is to be found, once it is. */
  ready(where: string): void;
}

export interface Asking {
  /** What {@linkcode Answering.ready} told. */
  readonly where: string;
  readonly signal: AbortSignal;
  /** Closes what is opened, when all is over. */
  readonly stack: AsyncDisposableStack;
}

export interface Round {
  /** Answers until the signal is aborted, or the asking side has left. */
  answer(to: Answering): Promise<void>;
  /** Opens it; what it resolves to goes there and back, once. */
  ask(from: Asking): Promise<() => Promise<void>>;
}

/** What travels: 16 bytes. */
export const MESSAGE: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  "winipc demo ping",
);
export const SIZE = MESSAGE.byteLength;

/** Fails for an answer that is not {@linkcode MESSAGE}. */
export function expectAnswer(answer: Uint8Array | null): void {
  if (answer?.toHex() === MESSAGE.toHex()) return;
  throw new Error("The answer is not what was sent");
}
