/**
 * Converts a handler's answer to the sender's result.
 *
 * @module
 */

import { shown } from "../io/shown.ts";

/**
 * The result for an answer; 1 for no answer.
 *
 * @throws {TypeError} for an invalid answer
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
