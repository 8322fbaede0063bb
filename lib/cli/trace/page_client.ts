/**
 * The script of a trace's page: it filters, and shows a call. It is JavaScript
 * as text, because it runs in a browser and not in Deno.
 */
export const CLIENT = String.raw`
"use strict";
const { calls, rows: rowData } = JSON.parse(document.getElementById("trace").textContent);
const form = document.forms[0];
const main = document.querySelector("main");
const aside = document.querySelector("aside");
const rows = [...document.querySelectorAll(".row")];
const laneCount = document.querySelectorAll(".lane").length;
const GAP = 50000;
let current;

function make(tag, text, properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, properties);
}

function span(micros) {
  const show = (value, digits) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (micros < 1000) return show(micros, 1) + " µs";
  return micros < 1e6 ? show(micros / 1000, 1) + " ms" : show(micros / 1e6, 2) + " s";
}

/* The filter: rows, then the lanes that they leave, then the pauses between them. */
function filter() {
  const chosen = new Set([...form.querySelectorAll("[name=mechanism]:checked")].map((box) => box.value));
  const plain = form.plain.checked;
  const words = form.find.value.toLowerCase().split(" ").filter(Boolean);
  const lanes = new Set();
  let last;
  for (const row of rows) {
    const { mechanism, find, at } = row.dataset;
    row.hidden = !(mechanism === undefined ? plain : chosen.has(mechanism)) ||
      !words.every((word) => find.includes(word));
    if (row.hidden) continue;
    for (const lane of row.dataset.lanes.split(" ")) lanes.add(Number(lane));
    if (last !== undefined && at - last > GAP) row.dataset.gap = span(at - last) + " later";
    else delete row.dataset.gap;
    last = Number(at);
  }
  for (const part of document.querySelectorAll("[data-lane]")) {
    part.hidden = !lanes.has(Number(part.dataset.lane));
    part.style.visibility = part.hidden ? "hidden" : "";
  }
  const halves = Array.from({ length: laneCount }, (_, lane) => lanes.has(lane) ? "var(--half) var(--half)" : "0 0");
  main.style.setProperty("--columns", ["5.5rem", ...halves].join(" "));
  main.style.setProperty("--lanes", lanes.size);
  document.querySelector(".nothing").hidden = lanes.size > 0;
  const shown = arrows();
  if (shown.length > 0 && !shown.includes(current)) reach(shown[0]);
}

function arrows() {
  return rows.filter((row) => !row.hidden).map((row) => row.querySelector(".arrow"));
}

/* One arrow at a time is in the order of the tab key. */
function reach(arrow) {
  if (current) current.tabIndex = -1;
  current = arrow;
  arrow.tabIndex = 0;
}

function argument(value) {
  if (value === null) return "NULL";
  if (typeof value === "number") return value >= 65536 ? value + " (0x" + value.toString(16) + ")" : String(value);
  if (typeof value === "string") return value;
  if ("text" in value) return JSON.stringify(value.text).replaceAll("\\\\", "\\");
  return value.bytes + (value.bytes === 1 ? " byte" : " bytes") + (value.values ? ": " + value.values.join(", ") : "");
}

function list(entries) {
  const dl = make("dl", "");
  for (const [name, value] of entries) {
    if (value !== undefined) dl.append(make("dt", name), make("dd", String(value)));
  }
  return dl;
}

function show(row, which) {
  const indexes = rowData[row].calls;
  const call = calls[indexes[which]];
  const parts = [];
  if (indexes.length > 1) parts.push(stepper(row, which, indexes.length));
  parts.push(make("h2", call.name));
  if (call.object !== undefined) parts.push(make("p", (call.action ? call.action + " " : "") + call.object));
  if (call.failed && call.lastError) parts.push(make("p", call.lastError.symbol + " (" + call.lastError.code + ")", { className: "error" }));
  if (call.event === "begin") parts.push(make("p", "It has not returned.", { className: "error" }));
  parts.push(make("h3", "Arguments"), list(Object.entries(call.args).map(([name, value]) => [name, argument(value)])));
  parts.push(make("h3", "Outcome"), list([
    ["result", call.result],
    ["last error", call.lastError && call.lastError.symbol + " (" + call.lastError.code + ")" +
      (call.lastError.code === 0 || call.failed || call.pending ? "" : ", left from before or a remark: the call succeeded")],
    ["goes on", call.pending && "in the background"],
    ["moved", call.moved !== undefined ? argument({ bytes: call.moved }) : undefined],
    ["took", call.micros !== undefined ? call.micros.toLocaleString("en") + " µs" : undefined],
  ]));
  if (call.completed) {
    parts.push(make("h3", "Done by now"));
    for (const done of call.completed) {
      parts.push(make("p", [done.action, done.object, argument({ bytes: done.bytes }), done.of && "begun by call " + done.of].filter(Boolean).join(" · ")));
    }
  }
  parts.push(make("h3", "Where and when"), list([
    ["process", call.pid],
    ["thread", call.thread],
    ["call", call.seq],
    ["library", call.dll],
    ["mechanism", call.mechanism],
    ["began", call.at],
  ]));
  aside.replaceChildren(...parts);
  aside.scrollTop = 0;
}

function stepper(row, which, length) {
  const step = make("div", "", { className: "step" });
  const go = (by) => () => {
    show(row, which + by);
    aside.querySelector(by < 0 ? ".before" : ".after").focus();
  };
  step.append(
    make("button", "Before", { type: "button", className: "before", disabled: which === 0, onclick: go(-1) }),
    make("span", (which + 1) + " of " + length),
    make("button", "After", { type: "button", className: "after", disabled: which === length - 1, onclick: go(1) }),
  );
  return step;
}

function choose(arrow) {
  document.querySelector("[aria-current]")?.removeAttribute("aria-current");
  arrow.setAttribute("aria-current", "true");
  reach(arrow);
  show(Number(arrow.dataset.row), 0);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", filter);
form.addEventListener("click", ({ target }) => {
  if (target.value !== "all" && target.value !== "none") return;
  for (const box of form.querySelectorAll("[name=mechanism]")) box.checked = target.value === "all";
  filter();
});
document.querySelector(".rows").addEventListener("click", ({ target }) => {
  const arrow = target.closest(".arrow");
  if (arrow) choose(arrow);
});
document.querySelector(".rows").addEventListener("keydown", (event) => {
  const shown = arrows();
  const at = shown.indexOf(event.target);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
  if (next === undefined || !shown[next]) return;
  event.preventDefault();
  shown[next].focus();
  choose(shown[next]);
});
filter();
`;
