/** A terminal's screen: as much of one as the demo and Wine's console draw on. */
export class Screen {
  readonly #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  /** The foreground colours that were used. */
  readonly colors: Set<string> = new Set();
  /** How often the cursor went up to draw anew. */
  redraws = 0;

  /** Shows what a program writes. */
  write(text: string): void {
    // deno-lint-ignore no-control-regex
    const pieces = text.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|[^]/gu);
    for (const [piece, parameters = "", command] of pieces) {
      if (command !== undefined) this.#control(command, parameters);
      else if (piece === "\n") this.#down();
      else if (piece === "\r") this.#column = 0;
      else this.#put(piece);
    }
  }

  /** The lines, without blanks at their ends. */
  get lines(): string[] {
    return this.#lines.map((line) =>
      Array.from(line, (cell) => cell ?? " ").join("").trimEnd()
    );
  }

  #control(command: string, parameters: string): void {
    const count = Number(parameters || 1);
    if (command === "A") {
      this.redraws++;
      this.#row = Math.max(0, this.#row - count);
    } else if (command === "G") this.#column = Math.max(0, count - 1);
    else if (command === "m") this.colors.add(parameters);
    else if (command === "K") this.#eraseLine(parameters);
    else if (command === "J") {
      this.#eraseLine("");
      this.#lines.length = this.#row + 1;
    } else if (!"hl".includes(command)) {
      throw new Error(`The screen does not know ESC[${parameters}${command}`);
    }
  }

  #eraseLine(parameters: string): void {
    const from = parameters === "2" ? 0 : this.#column;
    this.#lines[this.#row]!.length = Math.min(
      this.#lines[this.#row]!.length,
      from,
    );
  }

  #down(): void {
    this.#row++;
    this.#lines[this.#row] ??= [];
  }

  #put(character: string): void {
    this.#lines[this.#row]![this.#column++] = character;
  }
}
