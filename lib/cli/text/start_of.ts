/** The start of a text for a message: what stdin brings may be long, or secret. */
export function startOf(text: string): string {
  const [start] = /^[^]{0,64}/u.exec(text)!;
  return start.length < text.length ? `${start}…` : text;
}
