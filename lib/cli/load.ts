/**
 * Loads a module of this folder on demand.
 *
 * The name is not a literal in an `import()`: Deno loads those before the
 * program starts.
 */
export async function load<M>(file: string): Promise<M> {
  return await import(new URL(file, import.meta.url).href);
}
