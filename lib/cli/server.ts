import { SocketConnection } from "../socket/connection.ts";
import type { PipeListener, SocketListener } from "../../mod.ts";
import type { Common } from "./common.ts";
import type { Environment } from "./environment.ts";
import { unlessAborted } from "./give_up.ts";
import type { Idle } from "./idle.ts";
import { arrivals, FINISHED, framed, Pieces, type Talker } from "./incoming.ts";
import { outgoing } from "./outgoing.ts";
import { Printer } from "./printer.ts";

/** What waits for clients. */
type Listener = PipeListener | SocketListener;

/** How clients are served. */
export interface ServeOptions {
  /** Send back what comes. */
  readonly echo: boolean;
  /** End when the first client has left. */
  readonly once: boolean;
  readonly common: Common;
}

interface Client {
  readonly connection: Talker;
  /** What tells it from the others in events. */
  readonly who: Who;
  /** It has sent all. */
  finished: boolean;
}

/** A type, because an interface is no record of fields. */
type Who = {
  readonly client: number;
  /** The process, where Windows tells. */
  readonly pid?: number | undefined;
  /** Where it is, at the other end of a socket. */
  readonly address?: string;
};

/** Serves clients until it is enough. */
export class Server implements AsyncDisposable {
  readonly #command: ServeOptions;
  readonly #env: Environment;
  readonly #idle: Idle;
  readonly #printer: Printer;
  readonly #clients = new Set<Client>();
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  #arrived = Promise.withResolvers<void>();
  #inputEnded = false;
  #clientCount = 0;
  #messageCount = 0;

  /** Serves as `command` says. */
  constructor(command: ServeOptions, env: Environment, idle: Idle) {
    this.#command = command;
    this.#env = env;
    this.#idle = idle;
    this.#printer = new Printer(env, command.common);
    this.#signal = AbortSignal.any([idle.signal, this.#over.signal]);
  }

  /** Serves until it is enough. Rejects when something fails, or on Ctrl-C. */
  async run(listener: Listener): Promise<void> {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>();
    this.#accept(listener, resolve).catch(reject);
    this.#broadcast().catch(reject);
    await unlessAborted(enough, this.#idle.signal);
  }

  /** Lets go of all clients. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new DOMException("The server ends", "AbortError"));
    const connections = [...this.#clients].map(({ connection }) => connection);
    await Promise.all(
      connections.map((connection) => connection[Symbol.asyncDispose]()),
    );
  }

  async #accept(listener: Listener, enough: () => void): Promise<void> {
    const { once, common } = this.#command;
    const { promise: failed, reject } = Promise.withResolvers<never>();
    for (;;) {
      const connection = await Promise.race([
        listener.accept({ signal: this.#signal }),
        failed,
      ]);
      const serving = this.#serve(connection).then(() => {
        if (once || this.#messageCount >= common.count) enough();
      });
      if (once) {
        // Who comes now would wait for ever.
        listener.close();
        return await serving;
      }
      serving.catch(reject);
    }
  }

  /** Serves one client until it has left. */
  async #serve(connection: Talker): Promise<void> {
    const client = await this.#welcome(connection);
    try {
      await this.#listen(client);
    } finally {
      this.#clients.delete(client);
      connection.close();
    }
    await this.#printer.event("left", client.who);
    this.#talk(`client ${client.who.client} left`);
    this.#idle.progress();
  }

  async #welcome(connection: Talker): Promise<Client> {
    this.#idle.progress();
    const who = { client: ++this.#clientCount, ...identityOf(connection) };
    const client: Client = { connection, who, finished: false };
    this.#clients.add(client);
    await this.#printer.event("connected", who);
    this.#talk(`client ${who.client} connected (${shown(who)})`);
    this.#arrived.resolve();
    return client;
  }

  async #listen(client: Client): Promise<void> {
    const { connection } = client;
    const { echo, common } = this.#command;
    const pieces = new Pieces(connection.mode, common);
    for await (const arrived of arrivals(connection, this.#signal)) {
      client.finished = arrived === FINISHED;
      if (this.#hasAll(client)) break;
      if (arrived === FINISHED) continue;
      this.#idle.progress();
      if (echo) await this.#write(client, arrived);
      if (await this.#print(pieces.push(arrived), client)) return;
    }
    await this.#print(pieces.end(), client);
  }

  /** Prints, and tells whether the count is complete. */
  async #print(texts: Uint8Array[], { who }: Client): Promise<boolean> {
    for (const text of texts) {
      if (this.#messageCount >= this.#command.common.count) return true;
      this.#messageCount++;
      await this.#printer.message(text, who);
    }
    return this.#messageCount >= this.#command.common.count;
  }

  /** Sends the lines of stdin to everybody. */
  async #broadcast(): Promise<void> {
    const { common } = this.#command;
    const signal = this.#signal;
    const lines = outgoing(this.#env, { messages: [], common, signal });
    for await (const line of lines) {
      while (this.#clients.size === 0) {
        this.#arrived = Promise.withResolvers();
        await unlessAborted(this.#arrived.promise, signal);
      }
      await Promise.all(
        [...this.#clients].map((client) =>
          this.#write(client, framed(line, client.connection.mode, common))
        ),
      );
    }
    this.#inputEnded = true;
    for (const client of this.#clients) {
      if (this.#hasAll(client)) client.connection.close();
    }
  }

  /** A client that has left meanwhile is noticed where it is listened to. */
  async #write({ connection }: Client, bytes: Uint8Array): Promise<void> {
    try {
      await connection.write(bytes, { signal: this.#signal });
    } catch (error) {
      const left = error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.BadResource;
      if (!left) throw error;
    }
  }

  #hasAll(client: Client): boolean {
    return client.finished && (this.#command.echo || this.#inputEnded);
  }

  #talk(line: string): void {
    if (!this.#command.common.quiet) this.#env.talk(line);
  }
}

function identityOf(connection: Talker): Omit<Who, "client"> {
  if (connection instanceof SocketConnection) {
    return { address: connection.name };
  }
  try {
    return { pid: connection.peer().pid };
  } catch {
    // It has left already, or comes from another computer.
    return { pid: undefined };
  }
}

function shown({ address, pid }: Who): string {
  return address ?? `process ${pid ?? "?"}`;
}
