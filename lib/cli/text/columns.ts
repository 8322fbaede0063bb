/** Rows of text with aligned columns. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, at) => cell.padEnd(widths[at]!));
    return `${cells.join("  ").trimEnd()}\n`;
  }).join("");
}
