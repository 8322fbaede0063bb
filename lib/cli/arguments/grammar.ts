import type { Arguments } from "./arguments.ts";
import type { Common } from "./global_options.ts";

/** One action, such as `mailslot read`. */
export interface Verb<C> {
  /** The text of `--help`, examples first, above the common options. */
  readonly help: string;
  /** Its own options with a value. */
  readonly values?: readonly string[];
  /** Its own options without one. */
  readonly flags?: readonly string[];
  /** The fixed values of an option, by its name; for completions. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** The fixed values of its operands; for completions. */
  readonly words?: readonly string[];
  /**
   * All arguments after the first operand are operands: they are for another
   * program.
   */
  readonly trailing?: true;
  /** The default encoding of text, unless it is UTF-8. */
  readonly encoding?: string;
  /** Creates the command from its arguments. Pure. */
  read(args: Arguments, common: Common): C;
}

/** The actions of one mechanism. */
export interface Group<C> {
  /** The text of `--help`, examples first, above the common options. */
  readonly help: string;
  /** By name. */
  readonly verbs: Readonly<Record<string, Verb<C>>>;
}
