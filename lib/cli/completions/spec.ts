/**
 * The command `winipc completions`.
 *
 * @module
 */
import { command, type InputOf } from "../arguments/spec.ts";
import { didYouMean } from "../arguments/suggest.ts";
import { UsageError } from "../arguments/usage_error.ts";

export const SHELLS = ["bash", "zsh", "powershell"] as const;

export type Shell = typeof SHELLS[number];

export const COMPLETIONS = command({
  operands: { shell: { label: "SHELL", words: SHELLS } },
  help: `  winipc completions bash
  winipc completions zsh
  winipc completions powershell

Prints a completion script for a shell: commands, options and fixed values. It
needs an installed winipc, see "winipc --help". Run one of these lines for this
session, or add it to the shell's start file for all sessions (~/.bashrc,
~/.zshrc after compinit, $PROFILE):

  eval "$(winipc completions bash)"
  eval "$(winipc completions zsh)"
  winipc completions powershell | Out-String | Invoke-Expression`,
}, ({ shell: word, ...values }) => {
  const shell = SHELLS.find((each) => each === word);
  if (shell !== undefined) return { ...values, shell };
  throw new UsageError(
    `Unknown shell "${word}".${
      didYouMean(word, SHELLS) || ` Give ${SHELLS.join(", ")}`
    }`,
  );
});
export type Completions = InputOf<typeof COMPLETIONS>;
