/** A flag of Deno as people type it: in quotes if its path has a space. */
export function quoteFlag(flag: string): string {
  // A "\" before the last quotation mark would escape it (C's rules for words).
  return flag.includes(" ") ? `"${flag.replace(/\\$/, "")}"` : flag;
}
