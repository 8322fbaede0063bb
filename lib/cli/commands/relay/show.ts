import type { RelayPassage } from "../../../relay/mod.ts";

const ROW = 16;

/** Formats data, sixteen bytes a row. */
export function hexDump({ direction, partner, bytes }: RelayPassage): string {
  const arrow = direction === "forth" ? ">" : "<";
  const rows = [`${arrow} partner ${partner}, ${bytes.byteLength} bytes`];
  for (let at = 0; at < bytes.byteLength; at += ROW) {
    const row = bytes.subarray(at, at + ROW);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, "0"));
    const text = [...row].map((byte) =>
      byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "."
    );
    rows.push(
      `${arrow} ${at.toString(16).padStart(8, "0")}  ${
        hex.join(" ").padEnd(3 * ROW - 1)
      }  ${text.join("")}`,
    );
  }
  return rows.join("\n");
}

/** Copies of the relayed data, in files. */
export class Tee implements AsyncDisposable {
  readonly #files: Partial<Record<RelayPassage["direction"], Deno.FsFile>>;

  private constructor(
    files: Partial<Record<RelayPassage["direction"], Deno.FsFile>>,
  ) {
    this.#files = files;
  }

  /** Creates the files, or empties them. */
  static async open(
    forth: string | undefined,
    back: string | undefined,
  ): Promise<Tee> {
    return new Tee({
      ...forth !== undefined && { forth: await Deno.create(forth) },
      ...back !== undefined && { back: await Deno.create(back) },
    });
  }

  /** Writes data to its file. */
  async write({ direction, bytes }: RelayPassage): Promise<void> {
    const file = this.#files[direction];
    if (file === undefined) return;
    for (let at = 0; at < bytes.byteLength;) {
      at += await file.write(bytes.subarray(at));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const file of Object.values(this.#files)) file.close();
    return Promise.resolve();
  }
}
