/** A number with its noun: `1 byte`, `2 bytes`. Pure. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
