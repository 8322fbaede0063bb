/**
 * Makes the table of minimal flags from winipc's own. Run as a program, it
 * writes the table into the page on permissions:
 * `deno run -A tests/security/least_privilege/permissions_page.ts`.
 */

import { fileURLToPath } from "node:url";
import { minimalFlags, PERMISSION_FEATURES } from "../../../mod.ts";

/** The page that contains the table. */
export const PAGE: URL = new URL(
  "../../../.github/docs/permissions.md",
  import.meta.url,
);
const LIB = fileURLToPath(new URL("../../../lib/", import.meta.url));
const BEGIN = "<!-- minimal flags -->\n";
const END = "\n<!-- end of minimal flags -->";

/** The page's text with the table as it should be. */
export function pageWithTable(page: string): string {
  const [head, rest = ""] = page.split(BEGIN) as [string, string?];
  const tail = rest.slice(rest.indexOf(END));
  return `${head}${BEGIN}\n${table()}${tail}`;
}

function table(): string {
  const groups = Map.groupBy(PERMISSION_FEATURES, (use) => flagsText(use));
  const rows = [...groups].map(([flags, uses]): [string, string] => [
    flags,
    uses.map(useText).join(", "),
  ]);
  return aligned([["minimal flags", "for"], ...rows]);
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

/** Formats the table as `deno fmt` does. */
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
  const page = await Deno.readTextFile(PAGE);
  await Deno.writeTextFile(PAGE, pageWithTable(page));
}
