import { type Reporter, type ScenarioRun, shownHandle, WORDS } from "./view.ts";
import type { Environment } from "../environment.ts";
import { bold, cyan, dim, green, red, yellow } from "@std/fmt/colors";
import { microseconds, type SideEvent } from "./event.ts";
import { SCENARIO_DATA } from "./scenarios.ts";
import { displayWidth, fitted } from "../text/display_width.ts";

/** How often to redraw the elapsed time, in ms. */
const TICK = 250;

/**
 * Draws scenarios while they run: the current one at the bottom of the
 * terminal, and a summary of those that run at the same time below it.
 */
export class LiveReporter implements Reporter {
  readonly #env: Environment;
  readonly #size: () => { columns: number; rows: number };
  readonly #timer: ReturnType<typeof setInterval>;
  #runs: readonly ScenarioRun[] = [];
  /** How many lines at the bottom of the terminal are redrawn. */
  #drawn = 0;
  #last = Promise.resolve();

  /** Draws on the stdout of `env`, a terminal. */
  constructor(env: Environment, size = terminalSize) {
    this.#env = env;
    this.#size = size;
    this.#timer = setInterval(() => this.#draw(), TICK);
  }

  update(runs: readonly ScenarioRun[]): void {
    this.#runs = runs;
    this.#draw();
  }

  async show(run: ScenarioRun): Promise<void> {
    this.#runs = this.#runs.filter(({ name }) => name !== run.name);
    const { columns } = this.#size();
    const lines = timeline(run, columns, performance.now());
    this.#write(`${this.#cleared()}${lines.join("\n")}\n`);
    this.#draw();
    await this.#last;
  }

  /** Erases the part that is redrawn. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#runs = [];
    this.#write(this.#cleared());
    await this.#last;
  }

  #draw(): void {
    const [run, ...others] = this.#runs;
    if (run === undefined) return;
    const { columns, rows } = this.#size();
    const lines = [
      ...timeline(run, columns, performance.now()),
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
   * as columns: see below.
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

const TIME_WIDTH = 10;
const MIDDLE_WIDTH = 3;
const MAX_WIDTH = 120;
const COLORS = { a: cyan, b: yellow } as const;
/**
 * The maximum length of a line's colours: consoles without escape sequences,
 * such as Wine's, count them as columns.
 */
const COLOR_WIDTH = 10;
/**
 * The columns of the sequence that erases earlier lines, which those consoles
 * count in the first line.
 */
const CLEAR_WIDTH = "\x1b[99A\x1b[J".length;

/**
 * The lines of a scenario: time, A's action, B's action. None is wider than
 * `width`, so that a line does not wrap.
 */
export function timeline(
  run: ScenarioRun,
  width: number,
  now: number,
): string[] {
  const { name, events } = run;
  const side = Math.floor(
    (Math.min(width, MAX_WIDTH) - 1 - COLOR_WIDTH - TIME_WIDTH - MIDDLE_WIDTH) /
      2,
  );
  const { title } = SCENARIO_DATA[name];
  const whole = TIME_WIDTH + MIDDLE_WIDTH + 2 * side;
  const room = Math.max(0, whole - CLEAR_WIDTH - name.length);
  const [first] = events;
  const begin = first === undefined ? 0 : microseconds(first.at);
  return [
    `${bold(name)}${fitted(`  ${title}`, room).trimEnd()}`,
    ...events.length > 0 ? [headOf(events, side)] : [],
    ...events.map((event) => row(event, begin, side, events)),
    ...ending(run, now, whole - 2),
  ];
}

/** Scenarios that wait to be shown, as many as fit into one line of `width`. */
export function inShort(runs: readonly ScenarioRun[], width: number): string {
  const all = runs.map(shortly);
  for (let shown = all.length; shown >= 0; shown--) {
    const more = shown < all.length ? [`${all.length - shown} more`] : [];
    const line = `  beside it: ${
      [...all.slice(0, shown), ...more].join(" · ")
    }`;
    if (line.length < width) return line;
  }
  return "";
}

function shortly({ name, events, outcome }: ScenarioRun): string {
  if (outcome === undefined) return `${name} ${events.length}`;
  return `${name} ${outcome.error === undefined ? green("✓") : red("✗")}`;
}

function headOf(events: readonly SideEvent[], width: number): string {
  const head = (side: "a" | "b") => {
    const pid = events.find((event) => event.side === side)?.pid;
    return `${side.toUpperCase()}${pid === undefined ? "" : `  ${pid}`}`;
  };
  const a = fitted(head("a"), width + MIDDLE_WIDTH);
  // This line has two colours.
  const b = fitted(head("b"), Math.max(1, width - COLOR_WIDTH)).trimEnd();
  return `${" ".repeat(TIME_WIDTH)}${COLORS.a(a)}${COLORS.b(b)}`;
}

function row(
  event: SideEvent,
  begin: number,
  side: number,
  events: readonly SideEvent[],
): string {
  const time = ((microseconds(event.at) - begin) / 1000).toFixed(1);
  const left = `${time.padStart(TIME_WIDTH - 2)}  `;
  const sent = event.event === "sent";
  const cell = fitted(cellOf(event, events), side);
  if (event.side === "a") {
    return left + COLORS.a(sent ? `${cell}──▶` : cell.trimEnd());
  }
  const middle = sent ? "◀──" : " ".repeat(MIDDLE_WIDTH);
  return left + " ".repeat(side) + COLORS.b(`${middle}${cell.trimEnd()}`);
}

function cellOf(event: SideEvent, events: readonly SideEvent[]): string {
  const { name, handle, text, bytes = 0 } = event;
  const word = WORDS[event.event] ?? event.event;
  if (text !== undefined) {
    const several = events.some((each) => each.name !== name);
    const via = several ? ` ${shortName(name)}` : "";
    return `${word} ${JSON.stringify(text)} ${bytes} B${via}`;
  }
  return handle === undefined
    ? `${word} ${shortName(name)}`
    : `${word} ${shortName(name)} ${shownHandle(handle)}`;
}

/** The end of a path identifies an object best. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf("\\") + 1);
}

function ending(
  { outcome, since }: ScenarioRun,
  now: number,
  width: number,
): string[] {
  if (outcome === undefined) {
    return [dim(`  … ${((now - since) / 1000).toFixed(1)} s`)];
  }
  const { error, milliseconds } = outcome;
  if (error === undefined) return [`  ${green("✓")} ${milliseconds} ms`, ""];
  const lines = wrapped(error, width - 2);
  return [
    `  ${red("✗")} ${lines[0]}`,
    ...lines.slice(1).map((l) => `    ${l}`),
    "",
  ];
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1]!;
    const longer = last === "" ? word : `${last} ${word}`;
    if (displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(fitted(word, width).trimEnd());
  }
  return lines;
}
