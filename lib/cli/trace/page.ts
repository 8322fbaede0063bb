/**
 * A sequence diagram as one HTML page without dependencies. Pure functions.
 *
 * @module
 */
import type { Diagram } from "./diagram.ts";
import type { ObjectAction } from "./objects.ts";
import type { Row } from "./row.ts";
import { escaped } from "../text/html.ts";
import { type Lane, processKey } from "./lanes.ts";
import { CLIENT } from "./page_client.ts";
import { STYLE } from "./page_style.ts";

/** The source of a diagram. */
export interface PageOptions {
  readonly files: readonly string[];
  /** How many lines were skipped. */
  readonly left: number;
}

/** The name for rows without a mechanism. */
const OTHER = "other";

/** Neither this page nor the contents of a trace may load anything. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

export function pageOf(diagram: Diagram, options: PageOptions): string {
  const { calls, lanes, rows } = diagram;
  const title = `Trace: ${options.files.map(shortName).join(", ")}`;
  const columns = new Map(lanes.map(({ key }, at) => [key, 2 * at + 3]));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p>${summaryOf(diagram, options)}</p>
${filterOf(rows)}
</header>
<main style="--columns: ${columnsOf(lanes)}; --lanes: ${lanes.length}">
<section class="diagram" aria-label="Sequence diagram">
<div class="lanes" role="presentation">
<span class="unit">ms</span>
${lanes.map((lane, at) => headOf(lane, at, rows)).join("\n")}
</div>
<div class="body">
<div class="lines" aria-hidden="true">
${lanes.map(lineOf).join("\n")}
</div>
<ol class="rows">
${rows.map((row, at) => rowOf(row, at, diagram, columns)).join("\n")}
</ol>
<p class="nothing" hidden>Nothing is left: choose a mechanism above.</p>
</div>
</section>
<aside aria-label="The call" aria-live="polite" tabindex="-1">
<p class="hint">Choose an arrow to see its call: by a click, or by the arrow
keys.</p>
</aside>
</main>
<script type="application/json" id="trace">${
    embedded({ calls, rows: rows.map((row) => ({ calls: row.calls })) })
  }</script>
<script>${CLIENT}</script>
</body>
</html>
`;
}

function summaryOf({ calls }: Diagram, { files, left }: PageOptions): string {
  const processes = new Set(calls.map(({ pid }) => pid)).size;
  const first = calls[0]!;
  const end = calls.reduce(
    (latest, { start, micros = 0 }) => Math.max(latest, start + micros),
    first.start,
  );
  const parts = [
    `${count(calls.length, "call")} of ${count(processes, "process")}`,
    `${span(end - first.start)} from ${escaped(first.at)} on`,
    ...files.length > 1 ? [`${files.length} files`] : [],
    ...left > 0 ? [`${count(left, "line")} skipped`] : [],
  ];
  return parts.join(" · ");
}

function filterOf(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.objectAction === undefined) continue;
    const name = mechanismOf(row);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const boxes = [...counts].map(([name, rows]) =>
    `<label class="chip"><input type="checkbox" name="mechanism" value="${
      escaped(name)
    }" checked>${escaped(name)} <small>${rows}</small></label>`
  );
  const plain =
    rows.filter(({ objectAction }) => objectAction === undefined).length;
  return `<form>
<fieldset><legend>Mechanisms</legend>
${boxes.join("\n")}
<button type="button" value="all">All</button>
<button type="button" value="none">None</button>
</fieldset>
<label class="chip"><input type="checkbox" name="plain">calls without an object <small>${plain}</small></label>
<label class="find">Find <input type="search" name="find" placeholder="function, object, error"></label>
</form>`;
}

function headOf(lane: Lane, at: number, rows: readonly Row[]): string {
  const column = `grid-column: ${2 * at + 2} / span 2`;
  const { kind, label, mechanism } = lane;
  const below = kind === "object"
    ? escaped(mechanism ?? OTHER)
    : count(callsIn(lane, rows), "call");
  return `<div class="lane ${kind}" data-lane="${at}" style="${column}" title="${
    escaped(label)
  }"><b>${escaped(shortName(label))}</b><small>${below}</small></div>`;
}

function callsIn({ key }: Lane, rows: readonly Row[]): number {
  const own = rows.filter(({ pid }) => processKey(pid) === key);
  return new Set(own.flatMap(({ calls }) => calls)).size;
}

function lineOf({ kind }: Lane, at: number): string {
  return `<i class="${kind}" data-lane="${at}" style="grid-column: ${
    2 * at + 2
  } / span 2"></i>`;
}

function rowOf(
  row: Row,
  index: number,
  { calls }: Diagram,
  columns: ReadonlyMap<string, number>,
): string {
  const { at, objectAction, pid, name, phase, failed } = row;
  const call = calls[row.calls[0]!]!;
  const from = columns.get(processKey(pid))!;
  const to = objectAction === undefined
    ? from + 1
    : columns.get(objectAction.key)!;
  const [left, right] = from < to ? [from, to] : [to, from];
  const lanes = [from, ...objectAction ? [to] : []].map((line) =>
    (line - 3) / 2
  );
  const reads = objectAction?.action === "read" && phase !== "asked" ||
    objectAction?.action === "wait" && phase === "done";
  const heads = objectAction === undefined
    ? "plain"
    : (from < to) === !reads
    ? "to-right"
    : "to-left";
  const classes = [
    "arrow",
    objectAction?.action ?? "",
    heads,
    phase,
    failed ? "failed" : "",
  ].filter(Boolean).join(" ");
  const mechanism = objectAction
    ? ` data-mechanism="${escaped(mechanismOf(row))}"`
    : "";
  const error = failed ? call.lastError?.symbol ?? "failed" : "";
  const find = `${name} ${objectAction?.label ?? ""} ${error}`.toLowerCase();
  return `<li class="row" data-at="${Math.round(at)}" data-lanes="${
    lanes.join(" ")
  }"${mechanism} data-find="${escaped(find)}"${
    objectAction ? "" : " hidden"
  }>` +
    `<time>${number(at / 1000, 3)}</time>` +
    `<button type="button" class="${classes}" tabindex="-1" data-row="${index}" ` +
    `style="grid-column: ${left} / ${right}" title="${
      escaped(sentenceOf(row))
    }"><span><b>${objectAction ? wordOf(objectAction, phase) : ""}</b> ${
      escaped(name)
    }${tailOf(row, error)}</span></button></li>`;
}

/** Actions that may last. */
const LASTING = ["read", "wait", "write"];

function wordOf({ action }: ObjectAction, phase: Row["phase"]): string {
  if (phase === "asked" && LASTING.includes(action)) return `${action} …`;
  return phase === "done" && action === "wait" ? "done" : action;
}

function tailOf(
  { calls, moved, objectAction, phase }: Row,
  error: string,
): string {
  const bytes = moved !== undefined && phase !== "asked" &&
      (objectAction?.action === "read" || objectAction?.action === "write")
    ? [`<em>${count(moved, "byte")}</em>`]
    : [];
  const times = calls.length > 1 ? [`<em>×${calls.length}</em>`] : [];
  const failure = error === ""
    ? []
    : [`<em>${escaped(error.replace(/^ERROR_/, ""))}</em>`];
  return [...bytes, ...times, ...failure].map((part) => ` ${part}`).join("");
}

/** A row in words, for screen readers. */
function sentenceOf(
  { pid, name, objectAction, at, failed, phase }: Row,
): string {
  const what = objectAction === undefined
    ? name
    : `${wordOf(objectAction, phase)} ${objectAction.label} by ${name}`;
  const end = failed ? ", which failed" : "";
  return `At ${number(at / 1000, 3)} ms process ${pid}: ${what}${end}`;
}

function mechanismOf({ objectAction }: Row): string {
  return objectAction?.mechanism ?? OTHER;
}

function columnsOf(lanes: readonly Lane[]): string {
  return ["5.5rem", ...lanes.map(() => "var(--half) var(--half)")].join(" ");
}

function count(number: number, what: string): string {
  const plural = what.endsWith("s") ? `${what}es` : `${what}s`;
  return `${number.toLocaleString("en")} ${number === 1 ? what : plural}`;
}

/** `value` as JSON that ends no script. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** The last part of a path; objects of Windows keep theirs. */
function shortName(name: string): string {
  if (name.startsWith("\\\\") || name.startsWith("window ")) return name;
  return /[^\\/]+$/.exec(name)?.[0] ?? name;
}

/** `1,234.500`. */
function number(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A time in µs, in a unit that fits. */
function span(micros: number): string {
  if (micros < 1000) return `${number(micros, 1)} µs`;
  if (micros < 1e6) return `${number(micros / 1000, 1)} ms`;
  return `${number(micros / 1e6, 2)} s`;
}
