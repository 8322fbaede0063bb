/** The cells of the table of exchanges: methods, bodies and connections. */

/** How long an exchange takes to settle at most, in ms. */
const LIMIT = 1000;
/** How many times longer than a plain one it takes at most where the machine is busy. */
const TIMES = 20;
/** So many times in a row only an exchange takes too long that is slow by itself. */
const MAX_ATTEMPTS = 3;

const METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"];
const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];
const BODIES = ["none", "fixed", "stream"] as const;
const CONNECTIONS = ["fresh", "kept"] as const;
/** More than a pipe's buffers take. */
const LARGE = 1_000_000;

/** What a cell is about. */
export interface Cell {
  readonly method: string;
  readonly body: typeof BODIES[number];
  readonly connection: typeof CONNECTIONS[number];
}

/** Each cell that there is, where `applies` says so. */
export function* cellsOf(
  applies: (cell: Cell) => boolean = () => true,
): Generator<Cell> {
  for (const method of METHODS) {
    for (const body of BODIES) {
      // `Request` refuses a body to these.
      if (["GET", "HEAD"].includes(method) && body !== "none") continue;
      for (const connection of CONNECTIONS) {
        const cell = { method, body, connection };
        if (applies(cell)) yield cell;
      }
    }
  }
}

/** How many ms an exchange took, and a plain one just then. */
export interface Timed {
  readonly took: number;
  readonly plain: number;
}

/**
 * Runs an exchange, and again where it did not settle in time: a machine that
 * does something else for a second does so by chance. Gives its time in ms.
 */
export async function timeOf(exchange: () => Promise<Timed>): Promise<number> {
  for (let attempt = 1;; attempt++) {
    const { took, plain } = await exchange();
    if (took < Math.max(LIMIT, TIMES * plain)) return took;
    if (attempt < MAX_ATTEMPTS) continue;
    throw new Error(`It took ${took} ms, and a plain one ${plain} ms`);
  }
}

/** Whether the request has a body. */
export function hasBody({ body }: Cell): boolean {
  return body !== "none";
}

/** Whether the request may be sent twice: RFC 9110, section 9.2.2. */
export function isRepeated({ method, body, connection }: Cell): boolean {
  return connection === "kept" && IDEMPOTENT.includes(method) &&
    body !== "stream";
}

/** A body of this kind; a `large` one is more than the pipe takes at once. */
export function requestBody(
  kind: Cell["body"],
  large: boolean,
): BodyInit | null {
  if (kind === "none") return null;
  const text = large ? "x".repeat(LARGE / 10) : "abc";
  if (kind === "fixed") return text.repeat(10);
  let left = 10;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (--left === 0) controller.close();
    },
  });
}

/**
 * How the exchange that `ask` begins ends: its status and body, the class of its
 * error, that it gave `reason`, or nothing for a long time. `received` is told of
 * each part of the body.
 */
export async function outcomeOf(
  ask: () => Promise<Response>,
  reason: unknown,
  received: () => void = () => {},
): Promise<string> {
  let timer;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("nothing"), 60 * LIMIT);
  });
  try {
    return await Promise.race([settled(), late]);
  } finally {
    clearTimeout(timer);
  }

  async function settled(): Promise<string> {
    try {
      const response = await ask();
      const reader = response.body?.getReader();
      let text = "";
      for (;;) {
        const next = await reader?.read();
        if (next?.value === undefined) return `${response.status} ${text}`;
        text += new TextDecoder().decode(next.value);
        received();
      }
    } catch (error) {
      return error === reason ? "reason" : (error as Error).name;
    }
  }
}

/** Prints a count. */
export function log(line: string): void {
  // deno-lint-ignore no-console -- a row of the table.
  console.log(line);
}
