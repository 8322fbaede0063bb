import { ByteText, untilNul } from "../../text/bytes.ts";
import type { DemoSide } from "../spec.ts";
import type { Environment } from "../../environment.ts";
import type { GlobalOptions } from "../../arguments/global_options.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";
import { type Fields, now, Printer } from "../../text/printer.ts";

/** In ms. */
const DEFAULT_TIMEOUT = 10_000;

type Part = (side: Side) => Promise<void>;

/** The function that runs either side of a scenario. */
export function sides(a: Part, b: Part) {
  return async (command: DemoSide, env: Environment): Promise<void> => {
    using side = new Side(command, env);
    await (command.side === "a" ? a : b)(side);
  };
}

/** One side of a scenario: reports its actions, and prints messages. */
export class Side implements Disposable {
  readonly command: DemoSide;
  readonly common: GlobalOptions;
  readonly env: Environment;
  readonly #printer: Printer;
  readonly #bytes: ByteText;
  #idle: InactivityTimeout | undefined;

  constructor(command: DemoSide, env: Environment) {
    this.command = command;
    this.common = command.common;
    this.env = env;
    this.#printer = new Printer(env, command.common);
    this.#bytes = new ByteText(command.common);
  }

  [Symbol.dispose](): void {
    this.#idle?.[Symbol.dispose]();
  }

  /** Its timer, which starts when it is first used. */
  get idle(): InactivityTimeout {
    return this.#idle ??= new InactivityTimeout(
      this.env.signal,
      this.common.timeout,
    );
  }

  /** How to wait for the other side. */
  get wait() {
    const { env: { signal }, common: { timeout = DEFAULT_TIMEOUT } } = this;
    return { waitForPeer: true, timeout, signal };
  }

  /** The lines of stdin to send. */
  lines(signal: AbortSignal): ReturnType<typeof outgoing> {
    const { common } = this;
    return outgoing(this.env, { messages: [], common, signal });
  }

  /** The full name of an object. */
  name(name: string): string {
    return this.command.prefix + name;
  }

  text(message: Uint8Array): string {
    return this.#bytes.text(message);
  }

  bytes(text: string): Uint8Array {
    return this.#bytes.ofArgument(text);
  }

  /** Reports that the other side may start. */
  ready(name: string): void {
    this.env.log(`ready: ${name}`);
  }

  /** Reports an action of this side. */
  async did(event: string, name: string, fields: Fields = {}): Promise<void> {
    await this.#printer.event(event, { ...this.#fields(name), ...fields });
  }

  /** Sends `message` with `send`, and reports that. */
  async send(
    name: string,
    message: Uint8Array,
    send: (message: Uint8Array) => Promise<unknown>,
  ): Promise<void> {
    // Reported with the time before the send, so that it precedes its arrival.
    const at = now();
    await send(message);
    const shown = this.#printer.fields(this.#shown(message));
    await this.did("sent", name, { ...shown, bytes: message.byteLength, at });
  }

  /** Prints a received message up to its first NUL. */
  async received(name: string, message: Uint8Array): Promise<void> {
    const bytes = message.byteLength;
    const fields = { bytes, ...this.#fields(name) };
    await this.#printer.message(this.#shown(message), fields);
  }

  #fields(name: string): Fields {
    const { scenario, side } = this.command;
    return { mechanism: scenario, side, pid: Deno.pid, name };
  }

  #shown(message: Uint8Array): Uint8Array {
    const { format, encoding } = this.common;
    return format === "text" ? untilNul(message, encoding) : message;
  }
}
