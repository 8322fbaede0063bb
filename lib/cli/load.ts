/**
 * Loads a module of this folder when it is needed, and picks from it.
 *
 * The name is no literal in an `import()`: Deno loads those before the program
 * begins.
 */
export function load<M, T>(
  file: string,
  pick: (module: M) => T,
): () => Promise<T> {
  return async () => pick(await import(new URL(file, import.meta.url).href));
}
