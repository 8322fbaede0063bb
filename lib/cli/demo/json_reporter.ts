import type { DemoView, Play } from "./view.ts";
import type { Environment } from "../environment.ts";

/** Prints the events of a scenario as JSON lines, when it is over. */
export class JsonLines implements DemoView {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Does nothing: events may still be out of order. */
  update(): void {}

  /** Prints the events in order. */
  async show({ outcome }: Play): Promise<void> {
    for (const event of outcome!.events) {
      await this.#env.out(`${JSON.stringify(event)}\n`);
    }
  }

  /** Does nothing. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}
