import { inShort, timeline } from "./timeline.ts";
import type { DemoView, Play } from "./view.ts";
import type { Environment } from "../environment.ts";

/** How often to redraw the elapsed time, in ms. */
const TICK = 250;

/**
 * Draws scenarios while they run: the current one at the bottom of the
 * terminal, and a summary of those that run at the same time below it.
 */
export class Live implements DemoView {
  readonly #env: Environment;
  readonly #size: () => { columns: number; rows: number };
  readonly #timer: ReturnType<typeof setInterval>;
  #plays: readonly Play[] = [];
  /** How many lines at the bottom of the terminal are redrawn. */
  #drawn = 0;
  #last = Promise.resolve();

  /** Draws on the stdout of `env`, a terminal. */
  constructor(env: Environment, size = terminalSize) {
    this.#env = env;
    this.#size = size;
    this.#timer = setInterval(() => this.#draw(), TICK);
  }

  /** Redraws them. */
  update(plays: readonly Play[]): void {
    this.#plays = plays;
    this.#draw();
  }

  /** Draws it finally. */
  async show(play: Play): Promise<void> {
    this.#plays = this.#plays.filter(({ name }) => name !== play.name);
    const { columns } = this.#size();
    const lines = timeline(play, columns, performance.now());
    this.#write(`${this.#cleared()}${lines.join("\n")}\n`);
    this.#draw();
    await this.#last;
  }

  /** Erases the part that is redrawn. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#plays = [];
    this.#write(this.#cleared());
    await this.#last;
  }

  #draw(): void {
    const [play, ...others] = this.#plays;
    if (play === undefined) return;
    const { columns, rows } = this.#size();
    const lines = [
      ...timeline(play, columns, performance.now()),
      ...others.length === 0 ? [] : [inShort(others, columns)],
      // Lines that have scrolled away cannot be redrawn.
    ].slice(-(rows - 1));
    const cleared = this.#cleared();
    this.#drawn = lines.length;
    this.#write(`${cleared}${lines.join("\n")}\n`);
  }

  /**
   * Every redraw ends at the start of a line. The carriage return is for
   * consoles that count escape sequences, such as those of Deno's own progress,
   * as columns: see lib/cli/demo/timeline.ts.
   */
  #cleared(): string {
    const cleared = this.#drawn === 0 ? "" : `\x1b[${this.#drawn}A\x1b[J`;
    this.#drawn = 0;
    return `\r${cleared}`;
  }

  #write(text: string): void {
    // The next show() or end() reports it: the demo ends when the terminal is
    // gone.
    this.#last = this.#env.out(text);
    this.#last.catch(() => {});
  }
}

function terminalSize(): { columns: number; rows: number } {
  try {
    return Deno.consoleSize();
  } catch {
    return { columns: 80, rows: 24 };
  }
}
