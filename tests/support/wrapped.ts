import { wrapNatives, type Wrapper } from "../../lib/win32/binding.ts";

/** Puts `wrappers` around the functions of those names, until it is disposed of. */
export function wrapped(wrappers: Record<string, Wrapper>): Disposable {
  wrapNatives((native, bound) =>
    wrappers[bound.name]?.(native, bound) ?? native
  );
  return {
    [Symbol.dispose]() {
      wrapNatives(undefined);
    },
  };
}
