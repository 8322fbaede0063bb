/**
 * The upgrades that a handler can ask for.
 *
 * @module
 */

import { checkInteger, checkSize, checkString } from "../../io/checks.ts";
import { quote } from "../../io/format.ts";
import {
  type BaseConnection,
  DEFAULT_MAX_MESSAGE,
} from "../../io/stream/base_connection.ts";
import { MAX_DELAY } from "../../io/wait/on_abort.ts";
import type {
  ServePipeUpgrade,
  ServePipeWebSocket,
  ServePipeWebSocketOptions,
} from "../serve_options.ts";
import {
  acceptOf,
  checkHandshake,
  headerList,
} from "../web_socket/handshake.ts";
import { PipeWebSocket } from "../web_socket/web_socket.ts";
import { UpgradeError } from "./error.ts";

/** An upgrade that the handler has asked for. */
export interface Upgrade {
  /** The response that the handler must return for it. */
  readonly response: Response;
  /** Completes the headers of the response. */
  complete(): Promise<void>;
  /** Called when the response is written. */
  begin(connection: BaseConnection): void;
  /** Called when it does not come about. */
  cancel(reason: Error): void;
  /** Called when the server closes. */
  goAway(): void;
}

/** The upgrade of one request, if the handler asks for one. */
export class UpgradeOffer {
  readonly #request: Request;
  readonly #mayUpgrade: boolean;
  #upgrade: Upgrade | undefined;
  #cancelled = false;

  /** Offers what `request` offers, unless its HTTP is older than 1.1. */
  constructor(request: Request, httpVersion: string) {
    this.#request = request;
    this.#mayUpgrade = httpVersion === "1.1";
  }

  /** The upgrade that `response` was made for. */
  of(response: Response): Upgrade | undefined {
    return response === this.#upgrade?.response ? this.#upgrade : undefined;
  }

  /** Called when no upgrade comes about any more. */
  cancel(): void {
    this.#cancelled = true;
    this.#upgrade?.cancel(
      new Deno.errors.BrokenPipe(
        "Cannot upgrade: the client left, or the handler returned another response",
      ),
    );
  }

  /** {@linkcode ServePipeInfo.upgradeWebSocket}. */
  upgradeWebSocket(
    options: ServePipeWebSocketOptions = {},
  ): ServePipeWebSocket {
    const {
      protocol = "",
      maxMessageSize = DEFAULT_MAX_MESSAGE,
      idleTimeout = 30_000,
    } = options;
    checkString("protocol", protocol, 0);
    checkSize("maxMessageSize", maxMessageSize);
    checkInteger("idleTimeout", idleTimeout, 0, MAX_DELAY);
    this.#check("websocket");
    checkHandshake(this.#request, protocol);
    const url = this.#request.url.replace(/^http/, "ws");
    const socket = new PipeWebSocket(
      url,
      protocol,
      maxMessageSize,
      idleTimeout,
    );
    const response = this.#make("websocket", {
      complete: async () => {
        const accept = await acceptOf(this.#request);
        response.headers.set("sec-websocket-accept", accept);
      },
      begin: (connection) => socket.begin(connection),
      cancel: (reason) => socket.cancel(reason),
      goAway: () => socket.goAway(),
    });
    if (protocol !== "") {
      response.headers.set("sec-websocket-protocol", protocol);
    }
    return { response, socket };
  }

  /** {@linkcode ServePipeInfo.upgrade}. */
  upgrade(protocol: string): ServePipeUpgrade {
    checkString("protocol", protocol);
    this.#check(protocol);
    const { promise, resolve, reject } = Promise.withResolvers<
      BaseConnection
    >();
    promise.catch(() => {});
    const response = this.#make(protocol, {
      complete: async () => {},
      begin: resolve,
      cancel: reject,
      goAway() {},
    });
    return { response, connection: promise };
  }

  #make(protocol: string, upgrade: Omit<Upgrade, "response">): Response {
    if (this.#upgrade !== undefined) {
      throw new TypeError("Cannot upgrade the request: it was upgraded before");
    }
    const headers = { connection: "Upgrade", upgrade: protocol };
    const response = new Response(null, { status: 101, headers });
    this.#upgrade = { response, ...upgrade };
    if (this.#cancelled) this.cancel();
    return response;
  }

  /** RFC 9110, section 7.8. */
  #check(protocol: string): void {
    const { headers } = this.#request;
    const has = (header: string, value: string) =>
      headerList(headers.get(header) ?? "").some((each) =>
        each.toLowerCase() === value.toLowerCase()
      );
    if (
      this.#mayUpgrade && has("connection", "upgrade") &&
      has("upgrade", protocol)
    ) return;
    throw new UpgradeError(
      `it does not ask for ${
        quote(protocol)
      } by the headers Connection and Upgrade`,
      { connection: "Upgrade, close", upgrade: protocol },
    );
  }
}
