import { assertStringIncludes } from "@std/assert";
import type { Shell } from "../../../lib/cli/completions/spec.ts";
import { run } from "../../../lib/cli/completions/run.ts";
import { tempFolder } from "../../support/linux.ts";
import { namedUnless } from "../../support/ignored.ts";

const SHELLS = {
  bash: { program: "bash --norc -i", prepare: "" },
  zsh: {
    program: "zsh -f -i",
    prepare: "autoload -U compinit && compinit -D; ",
  },
};

/** What is typed, with a tab where the shell is asked, and the words of it then. */
const TYPED: [typed: string, words: string][] = [
  [
    "winipc pi\tca\tjobs --ti\t500 --enc\tgb1\t",
    "pipe call jobs --timeout 500 --encoding gb18030",
  ],
  [
    "winipc pipe serve jobs --mode by\t--ec\t",
    "pipe serve jobs --mode byte --echo",
  ],
  ["winipc pipe serve --mode=by\t", "pipe serve --mode=byte"],
  ["winipc demo shm --j\t", "demo shm --json"],
  ["winipc completions pow\t", "completions powershell"],
  ["winipc map cat Dem\t", "map cat Demo.txt"],
  ["winipc help clip\tfor\t", "help clipboard formats"],
];

for (const [shell, { program, prepare }] of Object.entries(SHELLS)) {
  Deno.test({
    ...namedUnless(
      !await isThere(shell),
      `no ${shell} here`,
      `completions ${shell} is understood by ${shell}`,
    ),
    async fn() {
      await using folder = await tempFolder();
      const script = `${folder.path}/completions`;
      await Deno.writeTextFile(script, await scriptFor(shell as Shell));
      await Deno.writeTextFile(`${folder.path}/Demo.txt`, "");
      const lines = [
        `${prepare}. ./completions; winipc() { echo "<$*>"; }; clear`,
        ...TYPED.map(([typed]) => typed),
        // A word that is a command stays a word.
        "winipc '$(touch ran)' pi\t",
        "exit",
      ];
      const output = await typeInto(program, lines, folder.path);
      for (const [, words] of TYPED) assertStringIncludes(output, `<${words}>`);
      assertStringIncludes(output, "<$(touch ran) pipe>");
      const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
      if (names.includes("ran")) throw new Error("The word was run");
    },
  });
}

async function isThere(shell: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(shell, {
      args: ["-c", "exit"],
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

async function scriptFor(shell: Shell): Promise<string> {
  let text = "";
  const env = {
    out: (part: string) => {
      text += part;
      return Promise.resolve();
    },
  };
  const command = { kind: "completions", shell } as never;
  await run(command, env as never);
  return text;
}

/** What a shell on a terminal shows when these lines are typed. */
async function typeInto(
  program: string,
  lines: string[],
  cwd: string,
): Promise<string> {
  await using child = new Deno.Command("script", {
    args: ["-qec", program, "/dev/null"],
    cwd,
    env: { TERM: "xterm", PS1: "", HISTFILE: "/dev/null" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  const writer = child.stdin.getWriter();
  const typed = lines.map((line) => `${line}\n`).join("");
  await writer.write(new TextEncoder().encode(typed));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  await writer.close().catch(() => {});
  return await new Blob(chunks).text();
}
