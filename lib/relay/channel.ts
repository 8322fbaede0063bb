/**
 * The parts of a relay: channels, and the endpoints that open them.
 *
 * @module
 */

/**
 * A channel to a partner: receives from it and sends to it. Its functions need
 * no `this`: other channels are made of them.
 */
export interface Channel {
  /** Whether each `receive` and `send` is one whole message. */
  readonly messageBoundaries: boolean;
  /** Whether an empty message announces the end of the data, as in go-winio. */
  readonly emptyEnds?: boolean;
  /**
   * Whether the partner can be notified of the end of the data and still send.
   * If not, the end of the data ends the channel.
   */
  readonly halfClose: boolean;
  /**
   * Whether the reader and the writer are different parties, as for stdout and
   * stdin: then there is nothing left to send when the reader is gone.
   */
  readonly separatePeers?: boolean;
  /**
   * Whether it is the connection of one partner: no other one can come later
   * and take what that one did not.
   */
  readonly connected?: boolean;
  /**
   * Whether `close` discards what its partner has yet to read: a program is
   * ended, and a ring is gone; a socket is reset if its partner still sends.
   */
  readonly closeDiscards?: "unread" | "unread if it sends";
  /** Whether each message gets an answer, so that its sender waits. */
  readonly answers?: boolean;
  /** Resolves when it belongs to this partner, if it is offered to several. */
  owned?(signal: AbortSignal): Promise<void>;
  /** Acknowledges the last message, as to receive again does. */
  acknowledge?(): Promise<void>;
  /**
   * Whether the partner has left, and nothing is left to receive. Only where
   * this can be known without receiving.
   */
  hasLeft?(): boolean;
  /** Its address for partners, if it was created here. */
  readonly ready?: string;
  /**
   * Receives the next bytes or message, or null at the end. The bytes are valid
   * until two more calls, or longer with `keep`; such a call leaves earlier
   * bytes valid, too.
   */
  receive?(signal: AbortSignal, keep?: boolean): Promise<Uint8Array | null>;
  /**
   * Sends all of `bytes`, and resolves when the partner's side has taken them.
   * To a stream, it writes nothing if there are none. Calls `progress` when some
   * were taken, if that is known.
   */
  send?(
    bytes: Uint8Array,
    signal: AbortSignal,
    progress?: () => void,
  ): Promise<unknown>;
  /** Announces the end of the data, if the partner can be notified. */
  closeWrite?(signal: AbortSignal): Promise<unknown>;
  /** Closes the channel. Called once. */
  close(): void | Promise<void>;
}

/** The options for opening an end. */
export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Waits for the partner if it does not exist yet. */
  readonly wait: boolean;
}

/** An end with one channel at a time, which the relay opens. */
export interface Connector {
  readonly kind: "connect";
  /** The text of the end, as typed. */
  readonly name: string;
  /** Whether it exists only once, like stdin: it serves one partner. */
  readonly singleUse: boolean;
  open(options: OpenOptions): Channel | Promise<Channel>;
}

/** A listener for partners. */
export interface Listener {
  /** Its address for partners. */
  readonly ready: string;
  /** The next partner. Rejects when the signal is aborted. */
  accept(signal: AbortSignal): Promise<Channel>;
  /** Accepts no more partners; accepted ones stay. */
  close(): void | Promise<void>;
}

/** An end to which partners connect. */
export interface ListeningEnd {
  readonly kind: "listen";
  /** The text of the end, as typed. */
  readonly name: string;
  listen(): Listener | Promise<Listener>;
}

/** A message for any consumer, which may wait for an answer. */
export interface Request {
  readonly bytes: Uint8Array;
  /** Whether its sender waits for an answer. */
  readonly asked: boolean;
  /** Whether it may already have been delivered before. */
  readonly again: boolean;
  /** It was taken; with the answer if there is one. */
  done(answer?: Uint8Array): Promise<void>;
  /** It was not taken, and may be delivered to another consumer. */
  release(): void;
  /** It has failed for good, and its sender gets the reason. */
  fail(error: unknown): Promise<void>;
}

/** A source of messages for any consumer. */
export interface Requests {
  readonly ready: string;
  /** Whether an untaken request is kept. */
  readonly durable: boolean;
  /** The next message, or null at the end. */
  next(signal: AbortSignal): Promise<Request | null>;
  /** Takes no more messages; pending ones can still be answered. */
  stop(): Promise<void>;
  /** Closes the source. */
  close(): Promise<void>;
}

/** An end that is a source of messages for any consumer. */
export interface RequestEnd {
  readonly kind: "requests";
  /** The text of the end, as typed. */
  readonly name: string;
  /**
   * `inOrder` takes one message after another; otherwise up to `parallel` at
   * once.
   */
  subscribe(inOrder: boolean, signal: AbortSignal): Promise<Requests>;
  /** How many to process at once. */
  readonly parallel: number;
}

/** Any end of a relay. */
export type End = Connector | ListeningEnd | RequestEnd;
