import { bold, green, red } from "@std/fmt/colors";
import { counted } from "../text/counted.ts";
import { columns } from "../text/columns.ts";
import { microseconds, type SideEvent } from "./event.ts";
import { SCENARIO_DATA } from "./scenarios.ts";
import { type Reporter, shownHandle, WORDS } from "./view.ts";
import type { Environment } from "../environment.ts";

/** Prints each scenario in plain lines, when it is over. */
export function plainReporter(env: Environment): Reporter {
  return {
    async show({ name, outcome }) {
      const { events, milliseconds, error } = outcome!;
      const [first] = events;
      const begin = first === undefined ? 0 : microseconds(first.at);
      const end = error === undefined
        ? `  ${green("ok")} in ${milliseconds} ms`
        : `  ${red("failed")}: ${error}`;
      const rows = columns(events.map((event) => rowOf(event, begin)));
      const { title } = SCENARIO_DATA[name];
      await env.out(`${bold(name)}: ${title}\n${rows}${end}\n\n`);
    },
  };
}

function rowOf(event: SideEvent, begin: number): string[] {
  const { side, pid, name, handle, text, bytes = 0 } = event;
  const time = (microseconds(event.at) - begin) / 1000;
  return [
    `  ${time.toFixed(1).padStart(8)} ms`,
    `${side.toUpperCase()} (${pid})`,
    (WORDS[event.event] ?? event.event).padEnd(7),
    name,
    text !== undefined
      ? `${JSON.stringify(text)}, ${counted(bytes, "byte")}`
      : handle !== undefined
      ? `handle ${shownHandle(handle)}`
      : "",
  ];
}

/** Prints the events of a scenario as JSON lines, when it is over. */
export function jsonReporter(env: Environment): Reporter {
  return {
    async show({ outcome }) {
      for (const event of outcome!.events) {
        await env.out(`${JSON.stringify(event)}\n`);
      }
    },
  };
}
