import type { Completions, Shell } from "./spec.ts";
import type { Environment } from "../environment.ts";
import { GRAMMAR } from "../command.ts";
import { ENCODINGS } from "../arguments/global_options.ts";
import { type CommandSpec, kebab, optionNames } from "../arguments/spec.ts";

export async function run(
  { shell }: Completions,
  env: Environment,
): Promise<void> {
  await env.out(SCRIPTS[shell](places()));
}

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash,
  zsh,
  powershell,
};

/**
 * How each script works: it walks over the words before the cursor as long as
 * they are places of the table, and offers the values of the last one. An
 * option's value has its own place. If nothing is known, the shell offers
 * files.
 */
function bash(places: readonly Place[]): string {
  return `# winipc's completions: eval "$(winipc completions bash)"
_winipc() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path= key at word
  local -A places=(
${
    places.map(({ path, words }) => `    ['${path}/']='${words.join(" ")}'`)
      .join("\n")
  }
  )
  [[ $cur == = ]] && cur=
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [[ $word == = ]] && continue
    if [[ $path == *' --'* ]]; then path=\${path% --*}; continue; fi
    key=\${path:+$path }$word/
    # Not [[ -v ]], which would run a command that somebody types as a word.
    [[ -n \${places[$key]+x} ]] && path+=\${path:+ }$word
  done
  mapfile -t COMPREPLY < <(compgen -W "\${places["$path/"]}" -- "$cur")
}
complete -o default -F _winipc winipc
`;
}

function zsh(places: readonly Place[]): string {
  return `#compdef winipc
# winipc's completions: eval "$(winipc completions zsh)"
_winipc() {
  local path_= key word at
  local -A places
  places=(
${
    places.map(({ path, words }) => `    '${path}/' '${words.join(" ")}'`).join(
      "\n",
    )
  }
  )
  for ((at = 2; at < CURRENT; at++)); do
    word=$words[at]
    if [[ $path_ == *' --'* ]]; then path_=\${path_% --*}; continue; fi
    key=\${path_:+$path_ }$word/
    (( \${+places[$key]} )) && path_+=\${path_:+ }$word
  done
  if [[ $words[CURRENT] == --*=* ]]; then
    path_+=\${path_:+ }\${words[CURRENT]%%=*}
    compset -P '*='
  fi
  local offered=$places[$path_/]
  if [[ -n $offered ]]; then compadd -- \${=offered}; fi
  [[ $path_ == *' --'* && -n $offered ]] || _files
}
(( \${+functions[compdef]} )) && compdef _winipc winipc
`;
}

function powershell(places: readonly Place[]): string {
  const rows = places.map(({ path, words }) =>
    `    '${path}/' = @(${words.map((word) => `'${word}'`).join(", ")})`
  );
  return `# winipc completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName winipc -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $places = @{
${rows.join("\n")}
  }
  $path = ''
  $before = @($commandAst.CommandElements |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.Extent.Text })
  foreach ($word in @($before | Select-Object -Skip 1)) {
    if ($path -like '* --*') { $path = $path.Substring(0, $path.LastIndexOf(' --')); continue }
    $next = "$path $word".Trim()
    if ($places.ContainsKey("$next/")) { $path = $next }
  }
  $begun = $wordToComplete
  $option = ''
  if ($begun -match '^(--[^=]+)=(.*)$') {
    $path = "$path $($Matches[1])".Trim()
    $option = "$($Matches[1])="
    $begun = $Matches[2]
  }
  $places["$path/"] |
    Where-Object { $_.StartsWith($begun) } |
    ForEach-Object {
      [System.Management.Automation.CompletionResult]::new("$option$_", $_, 'ParameterValue', $_)
    }
}
`;
}

/** The values at a place of the command line, and the place after each. */
interface Place {
  /** The words before it: `""`, `"pipe"`, `"pipe serve"`, `"pipe serve --mode"`. */
  readonly path: string;
  /** The possible values; empty for a name, a text or a file. */
  readonly words: readonly string[];
}

const EVERYWHERE = ["help", "--help", "--version"];

/** Every place of the command line. */
function places(): Place[] {
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
