/**
 * What socket connections stand on.
 *
 * @module
 */

import type { PipeMode } from "../io/connection.ts";

/** A way to another process, whose operations cannot be given up themselves. */
export interface Transport {
  /** Whether boundaries between writes are kept. */
  readonly mode: PipeMode;
  /** The next bytes, or datagram; null at the end. */
  receive(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Sends all of `bytes`. */
  send(bytes: Uint8Array): Promise<void>;
  /** Says that nothing more will be sent. */
  closeWrite(): Promise<void>;
  /** Ends all. */
  close(): void;
  /** Decides whether what is pending keeps the program alive. */
  setRef(refed: boolean): void;
}
