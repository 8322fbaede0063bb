/** A file that a scenario works on. Gone with the block that has it. */
export class DemoFile implements AsyncDisposable {
  /** Where it is. */
  readonly path: string;
  readonly #size: number;

  private constructor(path: string, size: number) {
    this.path = path;
    this.#size = size;
  }

  /** A new one, of `bytes`. */
  static async create(bytes: Uint8Array): Promise<DemoFile> {
    const path = await Deno.makeTempFile({ prefix: "winipc-demo-" });
    await Deno.writeFile(path, bytes);
    return new DemoFile(path, bytes.byteLength);
  }

  /** Fails when it has another size than in the beginning. */
  async expectSize(): Promise<void> {
    const { size } = await Deno.stat(this.path);
    if (size === this.#size) return;
    throw new Error(`The file has ${size} bytes in the place of ${this.#size}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path);
  }
}
