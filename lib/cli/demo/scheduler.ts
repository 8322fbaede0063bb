import type { ScenarioName } from "./spec.ts";
import type { Outcome, SideEvent } from "./event.ts";
import { inOrder } from "./scenario_run.ts";
import type { Reporter, ScenarioRun } from "./view.ts";

/** Shows concurrent scenarios in the order in which they were requested. */
export class Scheduler {
  readonly #scenarios: readonly ScenarioName[];
  readonly #view: Reporter;
  readonly #runs = new Map<ScenarioName, ScenarioRun>();
  readonly #outcomes = new Map<ScenarioName, Outcome>();
  #showing = Promise.resolve();

  /** They start in the order of `scenarios`. */
  constructor(scenarios: readonly ScenarioName[], view: Reporter) {
    this.#scenarios = scenarios;
    this.#view = view;
  }

  /** One starts; the returned function takes its events. */
  begin(name: ScenarioName): (event: SideEvent) => void {
    const events: SideEvent[] = [];
    const since = performance.now();
    this.#runs.set(name, { name, events, since });
    this.#view.update?.(this.#waiting());
    return (event) => {
      events.push(event);
      this.#runs.set(name, { name, events: inOrder(events), since });
      this.#view.update?.(this.#waiting());
    };
  }

  /** One is over: shows it, and later ones that waited for it, in order. */
  async end(name: ScenarioName, outcome: Outcome): Promise<void> {
    this.#outcomes.set(name, outcome);
    const { events } = outcome;
    this.#runs.set(name, { ...this.#runs.get(name)!, events, outcome });
    this.#showing = this.#showing.then(() => this.#show());
    await this.#showing;
  }

  get outcomes(): ReadonlyMap<ScenarioName, Outcome> {
    return new Map(this.#scenarios.flatMap((name) => {
      const outcome = this.#outcomes.get(name);
      return outcome === undefined ? [] : [[name, outcome] as const];
    }));
  }

  async #show(): Promise<void> {
    for (;;) {
      const [first] = this.#waiting();
      if (first?.outcome === undefined) break;
      this.#runs.delete(first.name);
      await this.#view.show(first);
    }
    this.#view.update?.(this.#waiting());
  }

  #waiting(): ScenarioRun[] {
    return this.#scenarios.flatMap((name) => this.#runs.get(name) ?? []);
  }
}
