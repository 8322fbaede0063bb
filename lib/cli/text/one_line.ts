/**
 * A message in one line. Pure. Another program may have written it: one
 * expression for line ends with the blanks around them could take n² steps.
 */
export function oneLine(message: string): string {
  return message.split("\n").map((line) => line.trim())
    .filter((line) => line !== "").join(" ");
}
