import type { Wrapper } from "../../lib/win32/binding.ts";

/** One way in which Windows differs from Wine. See mod.ts. */
export interface Rule {
  /** What Windows does, in one sentence. */
  readonly name: string;
  /** A public page of Microsoft's, or a conformance test of Wine's. */
  readonly source: string;
  /** What stands around a function, by Windows' name. */
  readonly natives: Readonly<Record<string, Wrapper>>;
  /** What stands around every function. */
  readonly every?: Wrapper;
}
