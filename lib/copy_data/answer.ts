/**
 * What a handler answers, as the sender's result.
 *
 * @module
 */

import { shown } from "../io/shown.ts";

/**
 * The result that an answer stands for; 1 for none.
 *
 * @throws {TypeError} for what is no answer
 */
export function asResult(answer: unknown): bigint {
  switch (typeof answer) {
    case "undefined":
      return 1n;
    case "boolean":
    case "bigint":
      return BigInt.asUintN(64, BigInt(answer));
    case "number":
      if (Number.isInteger(answer)) return BigInt.asUintN(64, BigInt(answer));
  }
  throw new TypeError(
    `Invalid answer ${shown(answer)}: give an integer, true or false`,
  );
}
