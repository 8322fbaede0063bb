/**
 * What a relay joins: channels, and the endpoints that open them.
 *
 * @module
 */

/** One way to a partner: what can be received from it and sent to it. */
export interface Channel {
  /** Whether each `receive` and `send` is one whole message. */
  readonly boundaries: boolean;
  /**
   * Whether the partner can say that it sends no more and still receive. Where
   * not, the end of what it sends is the end of all.
   */
  readonly halves: boolean;
  /**
   * Whether who reads is another than who writes, as with stdout and stdin: then
   * nothing is left to say when the reader has gone.
   */
  readonly apart?: boolean;
  /** Whether each message is answered, so that whoever has sent one waits. */
  readonly answers?: boolean;
  /** Where partners reach it, for what was created here. */
  readonly ready?: string;
  /**
   * What comes next, or null at the end. The bytes are the caller's until it
   * has called twice more.
   */
  receive?(signal: AbortSignal): Promise<Uint8Array | null>;
  /** Sends all of `bytes`, and resolves when the partner's side has taken them. */
  send?(bytes: Uint8Array, signal: AbortSignal): Promise<unknown>;
  /** Says that nothing more will be sent, where the partner can be told. */
  closeWrite?(signal: AbortSignal): Promise<unknown>;
  /** Ends all of it. Called once. */
  close(): void | Promise<void>;
}

/** How an end is opened. */
export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Waits for the partner where there is none yet. */
  readonly wait: boolean;
}

/** An end that is one channel at a time, which is opened from here. */
export interface Connector {
  readonly kind: "connect";
  /** As it was typed. */
  readonly name: string;
  /** Whether it is there once, as stdin is: it serves one partner. */
  readonly once: boolean;
  open(options: OpenOptions): Promise<Channel>;
}

/** Where partners come. */
export interface Listener {
  /** Where they reach it. */
  readonly ready: string;
  /** The next partner. Rejects when the signal is aborted. */
  accept(signal: AbortSignal): Promise<Channel>;
  /** Takes no more partners; those accepted live on. */
  close(): void | Promise<void>;
}

/** An end to which partners come. */
export interface ListeningEnd {
  readonly kind: "listen";
  /** As it was typed. */
  readonly name: string;
  listen(): Promise<Listener>;
}

/** A message that came for whoever takes it, and perhaps waits for an answer. */
export interface Request {
  readonly bytes: Uint8Array;
  /** Whether somebody waits for an answer. */
  readonly asked: boolean;
  /** Whether somebody may have had it before. */
  readonly again: boolean;
  /** It has been taken; with the answer where there is one. */
  done(answer?: Uint8Array): Promise<void>;
  /** It was not taken, and may be given to another. */
  release(): void;
  /** It has failed for good, and who asks is told why. */
  fail(error: unknown): Promise<void>;
}

/** Messages that come for whoever takes them. */
export interface Requests {
  readonly ready: string;
  /** Whether nothing is lost when a request is not taken. */
  readonly durable: boolean;
  /** The next, or null when there will be no more. */
  next(signal: AbortSignal): Promise<Request | null>;
  /** Takes no more; what is under way can still be answered. */
  stop(): Promise<void>;
  /** Ends all. */
  close(): Promise<void>;
}

/** An end from which messages come for whoever takes them. */
export interface RequestEnd {
  readonly kind: "requests";
  /** As it was typed. */
  readonly name: string;
  /** `inOrder` takes one after the other; else as many at once as `parallel` says. */
  subscribe(inOrder: boolean, signal: AbortSignal): Promise<Requests>;
  /** How many are worked at at once. */
  readonly parallel: number;
}

/** Any end of a relay. */
export type End = Connector | ListeningEnd | RequestEnd;
