/** Files of the tests of file mapping. */

/** A file of its own, removed at the end of a test. */
export function file(content: Uint8Array) {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}\\file.bin`;
  Deno.writeFileSync(path, content);
  return {
    path,
    folder,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}
