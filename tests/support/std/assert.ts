/**
 * Stands in for `@std/assert` where JSR cannot be reached.
 *
 * @module
 */
import { AssertionError as NodeError, deepStrictEqual } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { AssertionError, check, type Class, show } from "./assert/check.ts";

export { AssertionError };
export { assertRejects, assertThrows } from "./assert/errors.ts";

/** `condition` is truthy. */
export function assert(
  condition: unknown,
  message = "",
): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** `condition` is falsy. */
export function assertFalse(
  condition: unknown,
  message = "",
): asserts condition is false {
  if (condition) throw new AssertionError(message);
}

/** Fails. */
export function fail(message?: string): never {
  throw new AssertionError(`Failed assertion${message ? `: ${message}` : "."}`);
}

/** Both are deeply equal. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (isDeepStrictEqual(actual, expected)) return;
  let difference = "";
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof NodeError) difference = `\n${error.message}`;
  }
  throw new AssertionError(
    `Values are not equal${message ? `: ${message}` : "."}${difference}`,
  );
}

/** Both are not deeply equal. */
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  check(!isDeepStrictEqual(actual, expected), message, () => {
    return `Expected actual: ${show(actual)} not to be: ${show(expected)}`;
  });
}

/** Both are the same, as `Object.is` says. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  check(Object.is(actual, expected), message, () => {
    return `Values are not strictly equal: ${show(actual)}, ${show(expected)}`;
  });
}

/** `actual` is neither `null` nor `undefined`. */
export function assertExists<T>(
  actual: T,
  message?: string,
): asserts actual is NonNullable<T> {
  check(actual !== null && actual !== undefined, message, () => {
    return `Expected actual: "${actual}" to not be null or undefined`;
  });
}

/** `actual` is an instance of `type`. */
export function assertInstanceOf<T extends Class>(
  actual: unknown,
  type: T,
  message?: string,
): asserts actual is InstanceType<T> {
  check(actual instanceof type, message, () => {
    return `Expected object to be an instance of "${type.name}": ${
      show(actual)
    }`;
  });
}

/** `actual` matches `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  check(expected.test(actual), message, () => {
    return `Expected actual: "${actual}" to match: "${expected}"`;
  });
}

/** `actual` contains `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void {
  check(actual.includes(expected), message, () => {
    return `Expected actual: "${actual}" to contain: "${expected}"`;
  });
}

/** `actual` has every element of `expected`. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T> & object,
  expected: ArrayLike<T> & object,
  message?: string,
): void {
  const have = Array.from(actual);
  const missing = Array.from(expected).filter((item) =>
    !have.some((other) => isDeepStrictEqual(other, item))
  );
  check(missing.length === 0, message, () => {
    return `Expected actual: ${show(have)} to include: ${show(missing)}`;
  });
}

/** `actual` has at least what `expected` has, however deep. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  message?: string,
): void {
  assertEquals<unknown>(common(actual, expected), expected, message);
}

/** `actual > expected`. */
export function assertGreater<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  check(actual > expected, message, () => relation(actual, ">", expected));
}

/** `actual >= expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  check(actual >= expected, message, () => relation(actual, ">=", expected));
}

/** `actual < expected`. */
export function assertLess<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  check(actual < expected, message, () => relation(actual, "<", expected));
}

/** `actual <= expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  check(actual <= expected, message, () => relation(actual, "<=", expected));
}

function common(actual: unknown, expected: unknown): unknown {
  if (!isPlain(actual) || !isPlain(expected)) return actual;
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.slice(0, expected.length)
      .map((item, at) => common(item, expected[at]));
  }
  const result: Record<PropertyKey, unknown> = Object.create(
    Object.getPrototypeOf(expected),
  );
  for (const key of Reflect.ownKeys(expected)) {
    if (key in actual) result[key] = common(actual[key], expected[key]);
  }
  return result;
}

function isPlain(value: unknown): value is Record<PropertyKey, unknown> {
  return Array.isArray(value) ||
    (typeof value === "object" && value !== null &&
      !(value instanceof Map || value instanceof Set || value instanceof Date ||
        value instanceof RegExp || ArrayBuffer.isView(value)));
}

function relation(actual: unknown, sign: string, expected: unknown): string {
  return `Expect ${show(actual)} ${sign} ${show(expected)}`;
}
