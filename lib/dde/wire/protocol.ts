/**
 * The messages between the program's thread and the window thread, for DDE.
 *
 * A conversation is a pair of windows. Our window's handle identifies it. A
 * request carries a transactionId, and its answer the same transactionId.
 *
 * @module
 */

/** The DDE options of a window. */
export interface DdeSettings {
  /** The served topics: empty in a client, and in the windows of conversations. */
  readonly services: readonly DdeService[];
  /** The server's window that the window of a conversation belongs to. */
  readonly server?: number;
}

/** A service and its topics. */
export interface DdeService {
  readonly service: string;
  readonly topics: readonly string[];
}

/** The window at the other end of a conversation. */
export interface DdePartner {
  readonly handle: bigint;
  readonly pid: number;
  /** Whether its window is Unicode. If so, commands to and from it are UTF-16. */
  readonly unicode: boolean;
  readonly service: string;
  readonly topic: string;
}

interface ItemInFormat {
  readonly item: string;
  readonly format: number;
}

/** A client's transactions. */
export type DdeTransaction =
  | ItemInFormat & { readonly does: "request" | "unadvise" }
  | ItemInFormat & { readonly does: "poke"; readonly bytes: Uint8Array }
  | ItemInFormat & {
    readonly does: "advise";
    /** Whether updates come without data. */
    readonly warm: boolean;
  }
  | { readonly does: "execute"; readonly bytes: Uint8Array };

/** A client's requests to a server. */
export type DdeClientRequest =
  | ItemInFormat & { readonly asked: "request" }
  | ItemInFormat & {
    readonly asked: "poke";
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  | ItemInFormat & {
    readonly asked: "advise";
    readonly warm: boolean;
    /** Whether it acknowledges every update, and waits for that before the next. */
    readonly acknowledging: boolean;
  }
  | {
    readonly asked: "unadvise";
    /** Undefined for all items. */
    readonly item: string | undefined;
    /** 0 for all formats. */
    readonly format: number;
  }
  | { readonly asked: "execute"; readonly bytes: Uint8Array<ArrayBuffer> };

/** Data in a format. */
export interface DdeBytes {
  readonly format: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The requests to the window thread. */
export type DdeRequest =
  /**
   * Searches for servers and reports `initiated`. A client keeps the first one,
   * and closes the others.
   */
  | {
    readonly type: "dde initiate";
    readonly conversation: bigint;
    readonly service: string | null;
    readonly topic: string | null;
    /** Whether to find all of them and connect to none. */
    readonly all: boolean;
    readonly timeout: number;
  }
  | {
    readonly type: "dde start";
    readonly conversation: bigint;
    readonly transactionId: number;
    readonly transaction: DdeTransaction;
  }
  | {
    readonly type: "dde answer";
    readonly conversation: bigint;
    readonly transactionId: number;
    /** Flags of `WM_DDE_ACK`. */
    readonly status: number;
    /** The requested data. */
    readonly data?: DdeBytes;
  }
  | {
    readonly type: "dde update";
    readonly conversation: bigint;
    readonly item: string;
    /** Absent for clients that watch changes without data. */
    readonly data: DdeBytes | undefined;
    readonly acknowledging: boolean;
  }
  /** Ends a conversation; answered when the other side is notified. */
  | { readonly type: "dde end"; readonly conversation: bigint };

/** The events of the window thread. */
export interface DdeWindowEvent {
  /** Our window of the conversation. */
  readonly conversation: bigint;
  readonly event: DdeEvent;
}

/** The events of a conversation. */
export type DdeEvent =
  | { readonly event: "initiated"; readonly found: readonly DdePartner[] }
  | { readonly event: "connected"; readonly partner: DdePartner }
  | {
    readonly event: "asked";
    readonly transactionId: number;
    readonly asked: DdeClientRequest;
  }
  | {
    readonly event: "answered";
    readonly transactionId: number;
    readonly status: number;
    readonly data?: DdeBytes;
  }
  /** A client's transaction was not sent. */
  | {
    readonly event: "failed";
    readonly transactionId: number;
    readonly reason: string;
  }
  | {
    readonly event: "update";
    readonly item: string;
    readonly data: DdeBytes | undefined;
  }
  | { readonly event: "acknowledged"; readonly item: string }
  /** The other side has ended it, or no longer exists. */
  | { readonly event: "ended" };

/** `WM_DDE_TERMINATE`: the conversation has ended. */
export const WM_DDE_TERMINATE = 0x3e1;
/** `DDEACK.fAck`: accepted. */
export const DDE_FACK = 0x8000;
/** `DDEACK.fBusy`: try again later. */
export const DDE_FBUSY = 0x4000;
/** Refused. */
export const DDE_FNOTPROCESSED = 0;
