/**
 * The data to write to the clients of a server. A slow client must not hold up
 * the others.
 *
 * @module
 */

/** Messages for every client, until one of them has taken a part. */
export interface Shared {
  readonly messages: readonly Uint8Array[];
  /** How many clients have it in their queue. */
  holders: number;
  /** Whether a client has taken a part of it. */
  taken: boolean;
}

interface Entry {
  readonly pieces: readonly Uint8Array[];
  readonly shared: Shared;
}

/** The queue of one client. */
export class ClientQueue {
  readonly #write: (bytes: Uint8Array) => Promise<boolean>;
  readonly #onProgress: (taken: boolean) => void;
  readonly #entries: Entry[] = [];
  #size = 0;
  #writing = false;
  #over = false;

  /**
   * `write` resolves to false when the client has left. `onProgress` learns
   * whether the client took the data before.
   */
  constructor(
    write: (bytes: Uint8Array) => Promise<boolean>,
    onProgress: (taken: boolean) => void,
  ) {
    this.#write = write;
    this.#onProgress = onProgress;
  }

  /** How many bytes wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether there is something to write that can still be written. */
  get busy(): boolean {
    return !this.#over && this.#entries.length > 0;
  }

  /** Appends `shared`, as `pieces` that are written one by one. */
  push(shared: Shared, pieces: readonly Uint8Array[]): void {
    shared.holders++;
    this.#entries.push({ pieces, shared });
    this.#size += sizeOf(pieces);
    if (!this.#writing) void this.#run();
  }

  /**
   * Stops writing. Returns the data that no client took and no other has in its
   * queue.
   */
  discard(): Shared[] {
    this.#over = true;
    const left = this.#entries.splice(0).map(({ shared }) => shared);
    this.#size = 0;
    for (const shared of left) shared.holders--;
    return left.filter(({ holders, taken }) => holders === 0 && !taken);
  }

  async #run(): Promise<void> {
    this.#writing = true;
    while (!this.#over && this.#entries.length > 0) {
      const { pieces, shared } = this.#entries[0]!;
      for (const piece of pieces) {
        const taken = await this.#write(piece);
        if (this.#over) return;
        if (!taken) {
          this.#over = true;
          return this.#onProgress(false);
        }
        shared.taken = true;
        this.#size -= piece.byteLength;
      }
      this.#entries.shift();
      shared.holders--;
      this.#onProgress(true);
    }
    this.#writing = false;
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
