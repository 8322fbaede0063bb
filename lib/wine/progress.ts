/** One step of the set-up on the display. */
export interface Step {
  /** Shows the current state of the step, e.g. `12.0 of 53.1 MB`. */
  update(detail: string): void;
  /** The step is done. */
  done(detail?: string): void;
  /** The step has failed: it is no longer shown. */
  drop(): void;
}

/** The output of a {@linkcode Progress}. */
export interface ProgressOptions {
  /** @default {standard error} */
  write?: (text: string) => void;
  /** Whether lines can be redrawn. @default {is stderr a terminal} */
  terminal?: boolean;
  /** Columns of the terminal. @default {of the console} */
  columns?: number;
}

/**
 * The display of a set-up: on a terminal one line that is redrawn, with all
 * current steps; otherwise one line when a step starts and one when it is done.
 */
export class Progress implements Disposable {
  #write: (text: string) => void;
  #terminal: boolean;
  #columns: number;
  #active: { name: string; detail: string; since: number }[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ProgressOptions = {}) {
    this.#write = options.write ?? writeStderr;
    this.#terminal = options.terminal ?? Deno.stderr.isTerminal();
    this.#columns = options.columns ?? (this.#terminal ? consoleColumns() : 0);
  }

  /** Starts a step. `detail` says how much it takes, e.g. a size. */
  step(name: string, detail = ""): Step {
    const entry = { name, detail, since: performance.now() };
    this.#active.push(entry);
    if (this.#terminal) this.#timer ??= setInterval(() => this.#draw(), 250);
    else this.line(`${name}${detail && `: ${detail}`} …`);
    const end = () => {
      this.#active = this.#active.filter((other) => other !== entry);
      if (this.#active.length === 0) this.#stopTimer();
    };
    return {
      update: (text) => {
        entry.detail = text;
        this.#draw();
      },
      done: (text = "") => {
        end();
        const time = seconds(performance.now() - entry.since);
        this.line(`${name}: done in ${time}${text && `, ${text}`}`);
        this.#draw();
      },
      drop: end,
    };
  }

  /** Prints a line that stays. */
  line(text: string): void {
    this.#clear();
    this.#write(`winipc: ${text}\n`);
  }

  /** Ends the display. */
  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#active = [];
    this.#clear();
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #clear(): void {
    if (this.#terminal) this.#write("\r\x1b[K");
  }

  #draw(): void {
    if (!this.#terminal || this.#active.length === 0) return;
    const now = performance.now();
    const parts = this.#active.map(({ name, detail, since }) =>
      `${name} ${seconds(now - since)}${detail && ` (${detail})`}`
    );
    const text = parts.join(" · ").slice(0, Math.max(this.#columns - 1, 20));
    this.#write(`\r\x1b[K${text}`);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

function consoleColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

function writeStderr(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
