import { dirname } from "node:path";
import { HostError } from "../../../lib/wine/errors.ts";

const BLOCK = 512;
// Offsets of the header and types of entries: POSIX, "pax", ustar Interchange Format.
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const TYPE = 156;
const PREFIX = [345, 500] as const;
const PAX_HEADER = "x";
const FILES = ["0", "\0"];

/**
 * Unpacks the files of a gzipped tar archive below `folder`, without the first
 * part of their names, which is `package/` for npm. It uses no program: the
 * `tar` of Git for Windows takes `C:` for a host, and that of Windows does not
 * find folders with letters outside of its code page.
 *
 * @throws {HostError} When the archive ends early, or names a file elsewhere.
 */
export async function unpackTgz(
  archive: string,
  folder: string,
): Promise<void> {
  const file = await Deno.open(archive);
  const bytes = file.readable.pipeThrough(new DecompressionStream("gzip"));
  await using source = new Source(archive, bytes);
  let longName: string | undefined;
  for (;;) {
    const header = await source.take(BLOCK);
    // Two blocks of zeros end an archive.
    if (header.every((byte) => byte === 0)) return;
    const text = ([start, end]: readonly [number, number]) =>
      new TextDecoder().decode(header.subarray(start, end)).split("\0")[0]!;
    const size = Number.parseInt(text(SIZE).trim() || "0", 8);
    const padding = (BLOCK - size % BLOCK) % BLOCK;
    const type = String.fromCharCode(header[TYPE]!);
    if (type === PAX_HEADER) {
      longName = paxPath(new TextDecoder().decode(await source.take(size)));
    } else {
      const name = longName ?? [text(PREFIX), text(NAME)]
        .filter((part) => part !== "").join("/");
      longName = undefined;
      const path = FILES.includes(type) ? inside(archive, name) : undefined;
      await source.copy(size, path === undefined ? path : `${folder}/${path}`);
    }
    await source.take(padding);
  }
}

/** A name without its first part. It must stay below the folder. */
function inside(archive: string, name: string): string {
  const parts = name.split(/[\\/]/).slice(1);
  const stays = parts.length > 0 &&
    parts.every((part) => part !== ".." && !part.includes(":"));
  if (stays) return parts.join("/");
  throw new HostError(`Cannot unpack "${archive}": it holds "${name}"`);
}

/** The path in a pax header, whose records are `LENGTH KEY=VALUE` lines. */
function paxPath(records: string): string | undefined {
  return /^\d+ path=(.*)$/m.exec(records)?.[1];
}

/** Takes pieces of any size off a stream. */
class Source implements AsyncDisposable {
  readonly #archive: string;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = new Uint8Array();

  constructor(archive: string, stream: ReadableStream<Uint8Array>) {
    this.#archive = archive;
    this.#reader = stream.getReader();
  }

  /** The next `size` bytes. */
  async take(size: number): Promise<Uint8Array> {
    const taken = new Uint8Array(size);
    let length = 0;
    for await (const piece of this.#pieces(size)) {
      taken.set(piece, length);
      length += piece.length;
    }
    return taken;
  }

  /** Writes the next `size` bytes to a file, or drops them. */
  async copy(size: number, path?: string): Promise<void> {
    if (path === undefined) {
      for await (const _ of this.#pieces(size));
      return;
    }
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = await Deno.create(path);
    for await (const piece of this.#pieces(size)) {
      for (let at = 0; at < piece.length;) {
        at += await file.write(piece.subarray(at));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }

  async *#pieces(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) {
        const { value } = await this.#reader.read();
        if (value === undefined) {
          throw new HostError(
            `Cannot unpack "${this.#archive}": it ends early`,
          );
        }
        this.#rest = new Uint8Array(value);
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
