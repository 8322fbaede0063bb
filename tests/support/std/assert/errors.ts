/**
 * Assertions of errors.
 *
 * @module
 */
import { AssertionError, check, type Class, show } from "./check.ts";

/** `fn` throws. Returns what it throws. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** `fn` throws an `errorClass` whose message includes `part`. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: Class<E>,
  part?: string,
  message?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  errorClass?: Class<Error> | string,
  part?: string,
  message?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checkError(error, errorClass, part, message);
  }
  return missed("throw", errorClass, message);
}

/** The promise of `fn` rejects. Resolves with the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  message?: string,
): Promise<unknown>;
/** The promise of `fn` rejects with an `errorClass` that includes `part`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: Class<E>,
  part?: string,
  message?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  errorClass?: Class<Error> | string,
  part?: string,
  message?: string,
): Promise<unknown> {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
    await promise;
  } catch (error) {
    if (promise === undefined) {
      // deno-lint-ignore words/message -- the text of @std/assert.
      throw new AssertionError("Function throws when expected to reject.");
    }
    return checkError(error, errorClass, part, message);
  }
  return missed("reject", errorClass, message);
}

function checkError(
  error: unknown,
  errorClass: Class<Error> | string | undefined,
  part: string | undefined,
  message: string | undefined,
): unknown {
  if (errorClass === undefined || typeof errorClass === "string") return error;
  check(error instanceof errorClass, message, () => {
    return `Expected error to be instance of "${errorClass.name}": ${
      show(error)
    }`;
  });
  const text = (error as Error).message;
  check(part === undefined || text.includes(part), message, () => {
    return `Expected error message to include ${show(part)}, but got ${
      show(text)
    }`;
  });
  return error;
}

function missed(
  verb: string,
  errorClass: Class<Error> | string | undefined,
  message: string | undefined,
): never {
  const text = typeof errorClass === "string" ? errorClass : message;
  throw new AssertionError(
    `Expected function to ${verb}${text ? `: ${text}` : "."}`,
  );
}
