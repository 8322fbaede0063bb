/** How the page of a trace looks, in light and dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --half: minmax(0, 1fr);
  --page: #f6f7f9; --card: #ffffff; --text: #1b1f26; --soft: #5a6472;
  --edge: #d8dde4; --line: #c3cad4; --mark: #e8effc; --focus: #1d5fd1;
  --create: #1a7440; --open: #1d5fd1; --write: #a34e00; --read: #7a35b8;
  --wait: #5a6472; --close: #4a515c; --failed: #c01f2e; --object: #eef3ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1c2027; --text: #e6e9ee; --soft: #9aa5b4;
    --edge: #343b46; --line: #465060; --mark: #24324a; --focus: #8ab4ff;
    --create: #6fd696; --open: #8ab4ff; --write: #ffb066; --read: #cda4ff;
    --wait: #a9b3c1; --close: #c2c9d4; --failed: #ff8791; --object: #222b26;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.45 system-ui, "Segoe UI", sans-serif;
  display: flex; flex-direction: column; height: 100vh;
}
header { padding: .9rem 1.25rem .7rem; border-bottom: 1px solid var(--edge); background: var(--card); }
h1 { font-size: 1.15rem; margin: 0; }
header p { margin: .1rem 0 .6rem; color: var(--soft); }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; }
legend { float: left; padding: 0 .3rem 0 0; color: var(--soft); }
.chip {
  display: inline-flex; gap: .35rem; align-items: center; cursor: pointer;
  padding: .15rem .6rem; border: 1px solid var(--edge); border-radius: 1rem;
}
.chip:has(:checked) { background: var(--mark); border-color: var(--focus); }
.chip input { margin: 0; accent-color: var(--focus); }
.chip small, .lane small { color: var(--soft); }
form button, aside button {
  font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--edge); border-radius: .4rem; padding: .1rem .6rem;
}
.find input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--edge); border-radius: .4rem; padding: .15rem .5rem; width: 15rem; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
main { flex: 1; min-height: 0; display: flex; }
.diagram { flex: 1; min-width: 0; overflow: auto; padding-bottom: 2rem; }
.lanes, .row, .lines { display: grid; grid-template-columns: var(--columns); }
.lanes, .body { min-width: calc(5.5rem + var(--lanes) * 15rem); max-width: calc(5.5rem + var(--lanes) * 24rem); }
.lanes {
  position: sticky; top: 0; z-index: 3; background: var(--page);
  padding: .6rem 0 .4rem; border-bottom: 1px solid var(--edge); align-items: end;
}
.unit, time { position: sticky; left: 0; z-index: 1; text-align: right; padding-right: .7rem; color: var(--soft); background: var(--page); }
.lane { text-align: center; padding: 0 .35rem; overflow: hidden; min-width: 0; }
.lane b, .lane small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lane b { font-size: .88rem; padding: .2rem .5rem; border: 1px solid var(--line); background: var(--card); }
.lane.process b { border-radius: .4rem; }
.lane.object b { border-radius: 1rem; background: var(--object); font-family: ui-monospace, Consolas, monospace; font-size: .8rem; }
.body { position: relative; }
.lines { position: absolute; inset: 0; pointer-events: none; }
.lines i { position: relative; overflow: hidden; }
.lines i::before { content: ""; position: absolute; top: 0; bottom: 0; left: 50%; border-left: 1.5px solid var(--line); }
.lines .object::before { border-left-style: dashed; }
.rows { list-style: none; margin: 0; padding: .4rem 0; position: relative; }
.row { align-items: center; content-visibility: auto; contain-intrinsic-size: auto 2.5rem; }
.row[hidden] { display: none; }
.row[data-gap]::before {
  content: attr(data-gap); grid-column: 1 / -1; justify-self: start; position: sticky; left: 5.5rem;
  margin: .5rem 0 .2rem; padding: 0 .6rem; color: var(--soft); font-size: .8rem;
  background: var(--page); border: 1px dashed var(--line); border-radius: 1rem;
}
time { grid-column: 1; font: .78rem ui-monospace, Consolas, monospace; line-height: 2.4rem; }
.arrow {
  position: relative; height: 2.4rem; min-width: 0; padding: 0 .8rem .6rem; margin: 0;
  font: inherit; font-size: .82rem; background: none; border: 0; border-radius: .3rem;
  color: var(--ink); cursor: pointer; overflow: visible;
}
.arrow span {
  display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  position: relative; width: max-content; max-width: 100%; margin: auto;
  background: var(--page); padding: 0 .3rem; border-radius: .2rem;
}
.arrow em { font-style: normal; color: var(--text); font-weight: 600; }
.arrow:hover, .arrow[aria-current] { background: var(--mark); }
.arrow:hover span, .arrow[aria-current] span { background: var(--mark); }
.arrow::before { content: ""; position: absolute; left: 0; right: 0; bottom: .55rem; border-top: 2px solid currentColor; }
.arrow::after {
  content: ""; position: absolute; bottom: calc(.55rem - 5px); border: 6px solid transparent;
}
.to-right::after { right: 0; border-left: 9px solid currentColor; border-right: 0; }
.to-left::after { left: 0; border-right: 9px solid currentColor; border-left: 0; }
.asked::before { border-top-style: dotted; }
.wait::before { border-top-style: dashed; }
.create::after, .close::after { border: 0; bottom: .02rem; font: 700 1.15rem/1 ui-monospace, monospace; }
.create::after { content: "\\25CF"; }
.close::after { content: "\\00D7"; bottom: -.02rem; font-size: 1.4rem; }
.create { --ink: var(--create); } .open { --ink: var(--open); } .write { --ink: var(--write); }
.read { --ink: var(--read); } .wait { --ink: var(--wait); } .close { --ink: var(--close); }
.arrow.failed { --ink: var(--failed); } .arrow.failed em { color: inherit; }
.plain { --ink: var(--soft); text-align: left; padding-bottom: 0; }
.plain::before { width: 7px; height: 7px; left: -3px; right: auto; bottom: calc(50% - 3px); border: 0; border-radius: 50%; background: currentColor; }
.plain::after { display: none; }
.plain span { margin: 0; }
.nothing, .hint { color: var(--soft); padding: 1rem 1.25rem; }
aside { width: 22rem; flex: none; overflow: auto; border-left: 1px solid var(--edge); background: var(--card); padding: 1rem 1.25rem; }
aside .hint { padding: 0; }
aside h2 { font: 600 1.05rem ui-monospace, Consolas, monospace; margin: 0 0 .2rem; overflow-wrap: anywhere; }
aside h3 { font-size: .85rem; color: var(--soft); margin: 1rem 0 .3rem; font-weight: 600; }
aside p { margin: .2rem 0; overflow-wrap: anywhere; }
aside .error { color: var(--failed); font-weight: 600; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem .8rem; margin: 0; font: .82rem ui-monospace, Consolas, monospace; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.step { display: flex; gap: .5rem; align-items: center; margin-bottom: .8rem; }
@media (max-width: 60rem) {
  main { flex-direction: column; }
  aside { width: auto; max-height: 45vh; border-left: 0; border-top: 1px solid var(--edge); }
}
@media print { aside, form { display: none; } .diagram { overflow: visible; } body { height: auto; } }
`;
