import { abortable as abortableWait } from "../../io/wait/abortable.ts";

/**
 * Resolves like `promise`, unless `signal` is aborted first. An aborted signal
 * rejects even if the promise has settled, so that Ctrl-C ends each loop.
 */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  return await abortableWait(promise, { signal });
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
export async function* abortableItems<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const next = await abortable(iterator.next(), signal);
    if (next.done) return;
    yield next.value;
  }
}
