/**
 * The refusal of an upgrade.
 *
 * @module
 */

/**
 * The request cannot be upgraded. If the handler does not catch it, the client
 * gets its response.
 */
export class UpgradeError extends TypeError {
  readonly #headers: Record<string, string> | undefined;

  /**
   * With `headers`, the client learns by the status 426 what it could ask for;
   * otherwise its request is wrong.
   */
  constructor(fact: string, headers?: Record<string, string>) {
    super(`Cannot upgrade the request: ${fact}`);
    this.name = "TypeError";
    this.#headers = headers;
  }

  /** The response to a client whose request cannot be upgraded. */
  response(): Response {
    return new Response(`${this.message}\n`, {
      status: this.#headers === undefined ? 400 : 426,
      headers: { ...this.#headers },
    });
  }
}
