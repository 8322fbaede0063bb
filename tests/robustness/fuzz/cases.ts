/** How many cases the fuzz tests try: each is asserted where it is tried, and the sum in sum_test.ts. */
export const CASES = {
  "HTML clipboard": 12_000,
  DROPFILES: 10_000,
  "ring header": 15_000,
  "ring records": 12_000,
  NDR: 20_000,
  "DDE data": 8000,
  "trace files": 8000,
  "frames by length": 6000,
  "frames by line": 6000,
  "frames by content-length": 6000,
  "HTTP responses": 400,
  "HTTP responses in memory": 5000,
  "HTTP requests": 400,
  "WebSocket frames": 200,
  "ring steps": 12_000,
  "scribbled ring steps": 4000,
  "clipboard contents": 500,
  "pipe messages of our own client": 6000,
  "pipe messages of another process": 4000,
  mailslots: 2000,
  WM_COPYDATA: 1500,
  "DDE messages": 2000,
  "RPC over the wire": 600,
} as const;

/** Reports how many cases were tried, in a line of the table, and fails if any was left out. */
export function reportCases(what: keyof typeof CASES, tried: number): void {
  // deno-lint-ignore no-console -- a line of the table.
  console.log(`fuzz cases: ${tried} ${what}`);
  if (tried !== CASES[what]) {
    throw new Error(`${tried} cases of ${what} instead of ${CASES[what]}`);
  }
}
