/**
 * The command `winipc completions`.
 *
 * @module
 */
import { command, type InputOf } from "../arguments/spec.ts";
import { didYouMean } from "../arguments/suggest.ts";
import { UsageError } from "../arguments/usage_error.ts";

/** The shells that can be told what may be typed. */
export const SHELLS = ["bash", "zsh", "powershell"] as const;

/** A shell that can be told what may be typed. */
export type Shell = typeof SHELLS[number];

export const COMPLETIONS = command({
  operands: { shell: { label: "SHELL", optional: true, words: SHELLS } },
  help: () =>
    `winipc completions SHELL

  winipc completions bash
  winipc completions zsh
  winipc completions powershell

Prints a script that teaches a shell what may be typed behind winipc: commands,
options and the values of those that have a few. It is for a winipc that was
installed, see "winipc --help". For this session, and in a file that the shell
reads when it starts (~/.bashrc, ~/.zshrc behind compinit, $PROFILE) for all:

  eval "$(winipc completions bash)"
  eval "$(winipc completions zsh)"
  winipc completions powershell | Out-String | Invoke-Expression
`,
}, ({ shell: word = "", ...values }) => {
  const shell = SHELLS.find((each) => each === word);
  if (shell !== undefined) return { ...values, shell };
  throw new UsageError(
    word === ""
      ? `Say which shell: ${SHELLS.join(", ")}`
      : `There are no completions for "${word}".${
        didYouMean(word, SHELLS) || ` Give ${SHELLS.join(", ")}`
      }`,
  );
});
export type Completions = InputOf<typeof COMPLETIONS>;
