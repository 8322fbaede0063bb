const WIDTH = 80;

/** `head` and the words after it, each with its space, in lines from `indent` on. */
export function wrapped(
  head: string,
  words: readonly string[],
  indent: number = head.length,
): string {
  const lines = [head];
  for (const word of words) {
    const longer = lines.at(-1) + word;
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(" ".repeat(indent) + word.trimStart());
  }
  return lines.join("\n");
}
