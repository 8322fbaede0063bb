/** A file for a scenario. `using` deletes it. */
export class DemoFile implements AsyncDisposable {
  readonly path: string;
  readonly #size: number;

  private constructor(path: string, size: number) {
    this.path = path;
    this.#size = size;
  }

  /** Creates one with `bytes`. */
  static async create(bytes: Uint8Array): Promise<DemoFile> {
    const path = await Deno.makeTempFile({ prefix: "winipc-demo-" });
    await Deno.writeFile(path, bytes);
    return new DemoFile(path, bytes.byteLength);
  }

  /** Throws if its size differs from the original one. */
  async expectSize(): Promise<void> {
    const { size } = await Deno.stat(this.path);
    if (size === this.#size) return;
    throw new Error(`The file has ${size} bytes instead of ${this.#size}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path);
  }
}
