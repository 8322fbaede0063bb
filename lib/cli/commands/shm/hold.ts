import { MAX_DELAY } from "../../connection/inactivity_timeout.ts";

/** Resolves after `ms`; rejects when `signal` is aborted. */
export async function hold(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= MAX_DELAY) {
    await delay(Math.min(left, MAX_DELAY), signal);
  }
}

async function delay(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", abort);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
