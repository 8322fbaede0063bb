/** What an action is, and what actions have opened and hold until the process ends. */

/** Done with the name of its scene; a text that it returns is printed. */
export type Action = (name: string) => unknown;

/** How often something is opened and closed in a loop. */
export const LOOPS = 60;

const held = new Map<string, unknown>();

/** Holds an object. */
export function keep<T>(key: string, object: T): T {
  held.set(key, object);
  return object;
}

/** What was held by {@linkcode keep}. */
export function kept<T>(key: string): T {
  return held.get(key) as T;
}

const lateAnswers = new Map<string, PromiseWithResolvers<unknown>>();

/** An answer that comes on request, which may be before the question has come. */
export function lateAnswer<T>(name: string): PromiseWithResolvers<T> {
  const answer = lateAnswers.get(name) ?? Promise.withResolvers<unknown>();
  lateAnswers.set(name, answer);
  return answer as PromiseWithResolvers<T>;
}

/** An answer that never comes. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
