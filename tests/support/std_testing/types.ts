/**
 * Stands in for `@std/testing/types` where JSR cannot be reached.
 *
 * @module
 */

/** Does not compile unless `T` is what it says. */
export function assertType<T extends boolean>(_expectTrue: T): void {}

/** Whether two types are the same. */
export type IsExact<T, U> = (<V>() => V extends T ? 1 : 2) extends
  (<V>() => V extends U ? 1 : 2) ? true : false;

/** Whether `T` is a part of `U`. */
export type Has<T, U> = [Extract<T, U>] extends [never] ? false : true;
