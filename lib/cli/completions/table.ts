import { type Command, GRAMMAR } from "../command.ts";
import { COMMON_NAMES, ENCODINGS } from "../arguments/global_options.ts";
import type { Verb } from "../arguments/grammar.ts";

/** The values at a place of the command line, and the place after each. */
export interface Place {
  /** The words before it: `""`, `"pipe"`, `"pipe serve"`, `"pipe serve --mode"`. */
  readonly path: string;
  /** The possible values; empty for a name, a text or a file. */
  readonly words: readonly string[];
}

const EVERYWHERE = ["help", "--help", "--version"];

/** Every place of the command line. */
export function places(): Place[] {
  const commands = Object.keys(GRAMMAR);
  return [
    { path: "", words: [...commands, ...EVERYWHERE] },
    { path: "help", words: [...commands, "json"] },
    ...Object.entries(GRAMMAR).flatMap(([name, found]) => {
      if (!("verbs" in found)) return placesOf(name, found);
      const verbs = Object.keys(found.verbs);
      return [
        { path: name, words: [...verbs, "--help"] },
        { path: `help ${name}`, words: verbs },
        ...verbs.flatMap((verb) =>
          placesOf(`${name} ${verb}`, found.verbs[verb]!)
        ),
      ];
    }),
  ];
}

function placesOf(path: string, verb: Verb<Command>): Place[] {
  const { values = [], flags = [], words = [], choices = {} } = verb;
  const withValue = [...values, ...COMMON_NAMES.values];
  const { flags: common, optional = [] } = COMMON_NAMES;
  const options = [...withValue, ...flags, ...common, ...optional];
  const known: Readonly<Record<string, readonly string[]>> = {
    encoding: ENCODINGS,
    ...choices,
  };
  return [
    { path, words: [...words, ...options.map((name) => `--${name}`)] },
    ...withValue.map((name) => ({
      path: `${path} --${name}`,
      words: known[name] ?? [],
    })),
  ];
}
