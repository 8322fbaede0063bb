import { ByteText, untilNul } from "../../text/bytes.ts";
import type { DemoSide } from "../spec.ts";
import type { Environment } from "../../environment.ts";
import { type Fields, now, Printer } from "../../text/printer.ts";

/** One side of a scenario: reports its actions, and prints messages. */
export class Side {
  readonly #command: DemoSide;
  readonly #printer: Printer;
  readonly #bytes: ByteText;

  /** The name as typed. */
  constructor(command: DemoSide, env: Environment) {
    this.#command = command;
    this.#printer = new Printer(env, command.common);
    this.#bytes = new ByteText(command.common);
  }

  /** The full name of an object. */
  name(name: string): string {
    return this.#command.prefix + name;
  }

  /** The text of a message. */
  text(message: Uint8Array): string {
    return this.#bytes.text(message);
  }

  /** The bytes of a text. */
  bytes(text: string): Uint8Array {
    return this.#bytes.ofArgument(text);
  }

  /** Reports that this side has created or opened an object, and its handle. */
  async has(
    event: "created" | "opened",
    name: string,
    handle?: number,
  ): Promise<void> {
    await this.did(event, name, handle === undefined ? {} : { handle });
  }

  /** Reports an action of this side. */
  async did(event: string, name: string, fields: Fields = {}): Promise<void> {
    const { scenario, side } = this.#command;
    const common = { mechanism: scenario, side, pid: Deno.pid, name };
    await this.#printer.event(event, { ...common, ...fields });
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
    const { scenario, side, common } = this.#command;
    const bytes = message.byteLength;
    await this.#printer.message(this.#shown(message), {
      bytes,
      ...(common.json &&
        { mechanism: scenario, side, pid: Deno.pid, name }),
    });
  }

  #shown(message: Uint8Array): Uint8Array {
    const { format, encoding } = this.#command.common;
    return format === "text" ? untilNul(message, encoding) : message;
  }
}
