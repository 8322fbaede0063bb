import type { DemoView, Play } from "./view.ts";
import type { Environment } from "../environment.ts";

/** Prints what the sides have done as JSON lines, when a scenario is over. */
export class JsonLines implements DemoView {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Nothing: what comes now may yet be out of order. */
  update(): void {}

  /** Prints the events in order. */
  async show({ outcome }: Play): Promise<void> {
    for (const event of outcome!.events) {
      await this.#env.out(`${JSON.stringify(event)}\n`);
    }
  }

  /** Nothing is left open. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}
