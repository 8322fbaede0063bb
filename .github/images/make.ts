/**
 * Makes the pictures of the README by the project's own commands: the demo as
 * it ends on a terminal, and the page of a trace in Chromium.
 *
 *   deno run -A .github/images/make.ts
 *
 * It runs on Linux, and needs `script` and a Chromium.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { displayWidth } from "../../lib/cli/text/display_width.ts";
import { stdFlags } from "../../lib/wine/mod.ts";
import { openPage } from "../../tests/support/programs/chromium.ts";

const HERE = new URL("./", import.meta.url);
const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));
const COLUMNS = 110;
/** The colours of `ESC[…m` on a dark ground; 0 is the text's own. */
const COLORS: Record<string, string> = {
  "0": "#d4d4d4",
  "1": "#ffffff",
  "2": "#8b949e",
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "36": "#79c0ff",
};
const GROUND = "#0d1117";
const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;

interface Cell {
  readonly text: string;
  readonly color: string;
  readonly bold: boolean;
}

/** The words of `winipc ARG…` on this machine. */
async function winipc(...args: string[]): Promise<[string, ...string[]]> {
  const flags = ["run", "-A", "--no-prompt", ...await stdFlags()];
  return [Deno.execPath(), ...flags, CLI, ...args];
}

async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { NO_COLOR: "", TERM: "xterm-256color" },
    stdin: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The final screen of a program. */
async function terminal(...args: string[]): Promise<Cell[][]> {
  const words = (await winipc(...args)).map((word) => `'${word}'`).join(" ");
  const line = `stty cols ${COLUMNS} rows 60; exec ${words}`;
  const drawn = await run("script", ["-qec", line, "/dev/null"]);
  // Wine's console has no characters beyond U+FFFF; there is one in the demo.
  const output = drawn.replaceAll("\ufffd\ufffd", "😀");
  const rows: Cell[][] = [[]];
  let [row, column, color, bold] = [0, 0, "0", false];
  // deno-lint-ignore no-control-regex
  const pieces = output.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|[^]/gu);
  for (const [piece, parameters = "", command] of pieces) {
    const count = Number.parseInt(parameters.replace("?", "") || "1");
    if (command === "A") row = Math.max(0, row - count);
    else if (command === "G") column = Math.max(0, count - 1);
    else if (command === "C") column += count;
    else if (command === "J" || command === "K") {
      const from = command === "K" && parameters === "2" ? 0 : column;
      rows[row]!.length = Math.min(rows[row]!.length, from);
      if (command === "J") rows.length = row + 1;
    } else if (command === "m") {
      for (const code of (parameters || "0").split(";")) {
        if (code === "0" || code === "39") color = "0";
        else if (code === "22" && color === "2") color = "0";
        else if (code !== "1" && code in COLORS) color = code;
        bold = code === "1" || (bold && code !== "0" && code !== "22");
      }
    } else if (piece === "\n") rows[++row] ??= [];
    else if (piece === "\r") column = 0;
    else if (command === undefined) {
      rows[row]![column] = { text: piece, color, bold };
      column += displayWidth(piece);
    }
  }
  return rows;
}

/** Each run of one colour is a text at its place, so that fonts do not matter. */
function svg(rows: readonly Cell[][]): string {
  const lines = rows.flatMap((row, y) =>
    runs(row).map(({ x, cell, text }) => {
      const left = (MARGIN + x * CELL.width).toFixed(1);
      const base = MARGIN + y * CELL.height + 13;
      const weight = cell.bold ? ' font-weight="600"' : "";
      const length = (displayWidth(text) * CELL.width).toFixed(1);
      return `<text x="${left}" y="${base}" fill="${COLORS[cell.color]}"` +
        `${weight} textLength="${length}">${escaped(text)}</text>`;
    })
  );
  const width = Math.ceil(2 * MARGIN + COLUMNS * CELL.width);
  const height = Math.ceil(2 * MARGIN + rows.length * CELL.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="14" xml:space="preserve">`,
    `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
    ...lines,
    "</svg>\n",
  ].join("\n");
}

function runs(row: Cell[]): { x: number; cell: Cell; text: string }[] {
  const found: { x: number; end: number; cell: Cell; text: string }[] = [];
  for (
    const [x, cell] of Object.entries(row).map(([x, c]) =>
      [Number(x), c] as const
    )
  ) {
    if (cell === undefined || cell.text === " ") continue;
    const last = found.at(-1);
    const same = last?.cell.color === cell.color &&
      last.cell.bold === cell.bold;
    const end = x + displayWidth(cell.text);
    if (last !== undefined && same && x - last.end <= 1) {
      last.text += " ".repeat(x - last.end) + cell.text;
      last.end = end;
    } else found.push({ x, end, cell, text: cell.text });
  }
  return found;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The page of `winipc trace view`, with one call opened. */
async function trace(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "winipc-images-" });
  const calls = `${folder}/calls.jsonl`;
  const html = `${folder}/calls.html`;
  for (
    const args of [
      ["demo", "mailslot", "--rounds=0", `--trace=${calls}`],
      ["trace", "view", calls, "--output", html],
    ]
  ) {
    const [command, ...words] = await winipc(...args);
    await run(command, words);
  }
  await using own = await openPage();
  await own.page.setViewportSize({ width: 1480, height: 720 });
  await own.page.emulateMedia({ colorScheme: "light" });
  await own.page.goto(`file://${html}`);
  await own.page.click('button[value="none"]');
  await own.page.check('input[value="mailslot"]');
  await own.page.locator(".arrow:visible", { hasText: "write" }).first()
    .click();
  await own.page.screenshot({
    path: fileURLToPath(new URL("trace.png", HERE)),
  });
  await Deno.remove(folder, { recursive: true });
}

if (import.meta.main) {
  const rows = await terminal("demo", "pipe", "mailslot", "shm");
  while (rows.at(-1)?.length === 0) rows.pop();
  while (rows[0]?.length === 0) rows.shift();
  await Deno.writeTextFile(new URL("demo.svg", HERE), svg(rows));
  await trace();
}
