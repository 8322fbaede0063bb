/** Resolves like `promise`, unless `signal` is aborted first. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Never resolves, and rejects when `sending` fails, unless the other side has
 * left: what that sent before can still be read.
 */
export async function unlessBroken(sending: Promise<void>): Promise<never> {
  await sending.catch((error) => {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  });
  return await new Promise<never>(() => {});
}

/** Yields `items`, unless `signal` is aborted first. */
export async function* iterateUnlessAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const next = await unlessAborted(iterator.next(), signal);
    if (next.done) return;
    yield next.value;
  }
}
