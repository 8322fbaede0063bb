/**
 * The README's table of flags, from that of winipc. Run on its own, this puts it
 * into the README: `deno run -A tests/security/least_privilege/readme.ts`.
 */

import { fileURLToPath } from "node:url";
import { minimalFlags, NATIVE_USES } from "../../../mod.ts";

const README = new URL("../../../README.md", import.meta.url);
const LIB = fileURLToPath(new URL("../../../lib/", import.meta.url));
const BEGIN = "<!-- minimal flags -->\n";
const END = "\n<!-- end of minimal flags -->";

/** The table, and the README that has it. */
export function readmeWithTable(readme: string): string {
  const [head, rest = ""] = readme.split(BEGIN) as [string, string?];
  const tail = rest.slice(rest.indexOf(END));
  return `${head}${BEGIN}\n${table()}${tail}`;
}

function table(): string {
  const groups = Map.groupBy(NATIVE_USES, (use) => flagsText(use));
  const rows = [...groups].map(([flags, uses]): [string, string] => [
    flags,
    uses.map(useText).join(", "),
  ]);
  return aligned([["the least flags", "for"], ...rows]);
}

function flagsText(use: string): string {
  const flags = minimalFlags(use).map((flag) =>
    flag.replace(LIB, "…\\lib").replaceAll(/C:\\windows/gi, "C:\\Windows")
  );
  return flags.length === 0
    ? "none"
    : flags.map((flag) => `\`${flag}\``).join(" ");
}

function useText(use: string): string {
  const [name, ...more] = use.split(" ");
  const [code, rest] = more[0] === "and"
    ? [name, ` and \`${more[1]}\``]
    : [name, more.length > 0 ? ` ${more.join(" ")}` : ""];
  return `\`${code}\`${rest}`;
}

/** As `deno fmt` has it. */
function aligned(rows: [string, string][]): string {
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => [...row[column]!].length))
  );
  const line = (cells: string[]) => `| ${cells.join(" | ")} |\n`;
  const [header, ...body] = rows.map((row) =>
    line(row.map((cell, i) => cell + " ".repeat(widths[i]! - [...cell].length)))
  );
  return header + line(widths.map((width) => "-".repeat(width))) +
    body.join("");
}

if (import.meta.main) {
  const readme = await Deno.readTextFile(README);
  await Deno.writeTextFile(README, readmeWithTable(readme));
}
