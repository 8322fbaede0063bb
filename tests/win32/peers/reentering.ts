// Calls back from within a native call, and invalidates the caller's optimized
// code meanwhile; with --v8-flags=--allow-natives-syntax. Says what it was given.
import { bindNatives } from "../../../lib/win32/binding.ts";
import type { NativeType, Table } from "../../../lib/win32/table.ts";
import { say } from "../../support/peer_side.ts";

const PROCEDURE = {
  parameters: ["usize", "u32", "usize", "usize"],
  result: "usize",
} as const satisfies Deno.UnsafeCallbackDefinition;

/** CallWindowProcW, which calls what it is given; its last parameter is a `last`. */
function table(last: NativeType): Table {
  return {
    CallWindowProcW: {
      parameters: [
        ["lpPrevWndFunc", "usize"],
        ["hWnd", "usize"],
        ["Msg", "u32"],
        ["wParam", "usize"],
        ["lParam", last],
      ],
      result: "usize",
      fails: "never",
      reenters: true,
    },
  };
}

// V8's own functions, which TypeScript has no syntax for.
const prepare = new Function("f", "%PrepareFunctionForOptimization(f)");
const optimize = new Function("f", "%OptimizeFunctionOnNextCall(f)");
const invalidate = new Function("f", "%DeoptimizeFunction(f)");

const wide = bindNatives("user32.dll", table("usize")).CallWindowProcW!;
const narrow = bindNatives("user32.dll", table("u32")).CallWindowProcW!;
let invalidates = false;
const callback = new Deno.UnsafeCallback(
  PROCEDURE,
  (_, message, wParam, lParam) => {
    if (invalidates) invalidate(call);
    // Calls within calls share what holds the last argument.
    return message === 0 ? lParam : call(message - 1, wParam) + lParam;
  },
);
const procedure = BigInt(Deno.UnsafePointer.value(callback.pointer));

function call(message: number, lParam: bigint): bigint {
  return wide(procedure, 0n, message, 5n, lParam) as bigint;
}

prepare(call);
call(0, 1n);
call(0, 2n);
optimize(call);
call(0, 3n);
invalidates = true;
say(`${call(0, 2n ** 64n - 1n)}`);
optimize(call);
say(`${call(3, 100n)}`);
say(`${narrow(procedure, 0n, 0, 0n, 2 ** 32 - 1)}`);
callback.close();
