/**
 * The transports of socket connections.
 *
 * @module
 */

import type { PipeMode } from "../io/stream/connection.ts";

/** A transport to another process. Its operations cannot be cancelled. */
export interface Transport {
  /** Whether boundaries between writes are kept. */
  readonly mode: PipeMode;
  /** The next bytes, or datagram; null at the end. */
  receive(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Sends all of `bytes`. */
  send(bytes: Uint8Array): Promise<void>;
  /** Announces the end of the data. */
  closeWrite(): Promise<void>;
  /** Closes it. */
  close(): void;
  /** Sets whether pending operations keep the program alive. */
  setRef(refed: boolean): void;
}
