/** Rows of text with aligned columns. */
export function columns(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of shown) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return shown.map((row) => {
    const cells = row.map((cell, at) => cell.padEnd(widths[at]!));
    return `${cells.join("  ").trimEnd()}\n`;
  }).join("");
}

/** A name without control characters: it may contain any, and others chose it. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- these break a table, or control the terminal.
  return text.replace(/[\0-\x1f\x7f-\x9f]/g, "\ufffd");
}
