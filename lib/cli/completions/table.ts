import { GRAMMAR } from "../command.ts";
import { ENCODINGS } from "../arguments/global_options.ts";
import { type CommandSpec, kebab, optionNames } from "../arguments/spec.ts";

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

function placesOf(path: string, spec: CommandSpec): Place[] {
  const { values, flags, optional } = optionNames(spec);
  const words = Object.values(spec.operands ?? {})
    .flatMap((operand) => operand.words ?? []);
  const known = new Map<string, readonly string[]>([
    ["encoding", ENCODINGS],
    ...Object.entries(spec.options ?? {})
      .map(([key, option]) => [kebab(key), option.words ?? []] as const),
  ]);
  return [
    {
      path,
      words: [
        ...words,
        ...[...values, ...flags, ...optional].map((name) => `--${name}`),
      ],
    },
    ...values.map((name) => ({
      path: `${path} --${name}`,
      words: known.get(name) ?? [],
    })),
  ];
}
