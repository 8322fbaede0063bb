/**
 * What the program's thread and the window thread say to each other of DDE.
 *
 * A conversation is a pair of windows. On our side it is known by its window's
 * handle. Whoever is to answer gets a ticket, and answers with it.
 *
 * @module
 */

/** What a window does for DDE. */
export interface DdeSettings {
  /** What it serves: nothing in a client, and in the windows of conversations. */
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
  /** Whether its window is one of UTF-16: then commands to and from it are, too. */
  readonly unicode: boolean;
  readonly service: string;
  readonly topic: string;
}

/** What a client starts. */
export type DdeTransaction =
  | {
    readonly does: "request";
    readonly item: string;
    readonly format: number;
  }
  | {
    readonly does: "poke";
    readonly item: string;
    readonly format: number;
    readonly bytes: Uint8Array;
  }
  | { readonly does: "execute"; readonly bytes: Uint8Array }
  | {
    readonly does: "advise";
    readonly item: string;
    readonly format: number;
    /** Whether it is told of changes only, without the data. */
    readonly warm: boolean;
  }
  | {
    readonly does: "unadvise";
    readonly item: string;
    readonly format: number;
  };

/** What a client asks of a server. */
export type DdeAsked =
  | {
    readonly asked: "request";
    readonly item: string;
    readonly format: number;
  }
  | {
    readonly asked: "poke";
    readonly item: string;
    readonly format: number;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  | { readonly asked: "execute"; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
    readonly asked: "advise";
    readonly item: string;
    readonly format: number;
    readonly warm: boolean;
    /** Whether it acknowledges every update, and waits for the next until then. */
    readonly acknowledging: boolean;
  }
  | {
    readonly asked: "unadvise";
    /** Undefined for all items. */
    readonly item: string | undefined;
    /** 0 for all formats. */
    readonly format: number;
  };

/** Data in a format. */
export interface DdeBytes {
  readonly format: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is asked of the window thread. */
export type DdeRequest =
  /** Looks for servers; tells `initiated`. A client talks to the first one, and closes the others. */
  | {
    readonly ask: "dde initiate";
    readonly talk: bigint;
    readonly service: string | null;
    readonly topic: string | null;
    /** Whether to find all of them and to talk to none. */
    readonly all: boolean;
    readonly timeout: number;
  }
  | {
    readonly ask: "dde start";
    readonly talk: bigint;
    readonly ticket: number;
    readonly transaction: DdeTransaction;
  }
  | {
    readonly ask: "dde answer";
    readonly talk: bigint;
    readonly ticket: number;
    /** Flags of `WM_DDE_ACK`. */
    readonly status: number;
    /** The data that was requested. */
    readonly data?: DdeBytes;
  }
  | {
    readonly ask: "dde update";
    readonly talk: bigint;
    readonly item: string;
    /** Nothing for who is told of changes only. */
    readonly data: DdeBytes | undefined;
    readonly acknowledging: boolean;
  }
  /** Ends a conversation; replied to when the other side is told. */
  | { readonly ask: "dde end"; readonly talk: bigint };

/** What the window thread tells. */
export interface DdeTold {
  /** Our window of the conversation. */
  readonly talk: bigint;
  readonly event: DdeEvent;
}

/** What happened in a conversation. */
export type DdeEvent =
  | { readonly event: "initiated"; readonly found: readonly DdePartner[] }
  | { readonly event: "connected"; readonly partner: DdePartner }
  | {
    readonly event: "asked";
    readonly ticket: number;
    readonly asked: DdeAsked;
  }
  | {
    readonly event: "answered";
    readonly ticket: number;
    readonly status: number;
    readonly data?: DdeBytes;
  }
  | {
    readonly event: "update";
    readonly item: string;
    readonly data: DdeBytes | undefined;
  }
  | { readonly event: "acknowledged"; readonly item: string }
  /** The other side has ended it, or is no more. */
  | { readonly event: "ended" };

/** `WM_DDE_TERMINATE`: the conversation is over. */
export const WM_DDE_TERMINATE = 0x3e1;
/** `DDEACK.fAck`: taken. */
export const DDE_FACK = 0x8000;
/** `DDEACK.fBusy`: try again later. */
export const DDE_FBUSY = 0x4000;
/** Refused. */
export const DDE_FNOTPROCESSED = 0;
