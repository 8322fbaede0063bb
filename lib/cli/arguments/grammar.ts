import type { Arguments } from "./arguments.ts";
import type { Common } from "./global_options.ts";

/** One thing that can be done, such as `mailslot read`. */
export interface Verb<C> {
  /** What `--help` prints, examples first, above the common options. */
  readonly help: string;
  /** Its own options with a value. */
  readonly values?: readonly string[];
  /** Its own options without one. */
  readonly flags?: readonly string[];
  /** The few words that an option takes, by its name; for completions. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** The words that its operands may be, where these are few; for completions. */
  readonly words?: readonly string[];
  /** Behind the first operand all is operands: they are for another program. */
  readonly trailing?: true;
  /** The encoding of text, where it is not UTF-8 without `--encoding`. */
  readonly encoding?: string;
  /** The command that was typed. Pure. */
  read(args: Arguments, common: Common): C;
}

/** The things that can be done with one mechanism. */
export interface Group<C> {
  /** What `--help` prints, examples first, above the common options. */
  readonly help: string;
  /** By name. */
  readonly verbs: Readonly<Record<string, Verb<C>>>;
}
