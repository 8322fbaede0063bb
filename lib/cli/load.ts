/**
 * Loads a module of this folder on demand, and picks an export.
 *
 * The name is not a literal in an `import()`: Deno loads those before the
 * program starts.
 */
export function load<M, T>(
  file: string,
  pick: (module: M) => T,
): () => Promise<T> {
  return async () => pick(await import(new URL(file, import.meta.url).href));
}
