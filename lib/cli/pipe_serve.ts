import {
  listenPipe,
  type PipeConnection,
  type PipeListener,
} from "../../mod.ts";
import type { Environment } from "./environment.ts";
import { unlessAborted } from "./give_up.ts";
import { Idle } from "./idle.ts";
import { arrivals, FINISHED, framed, Pieces } from "./incoming.ts";
import { outgoing } from "./outgoing.ts";
import type { PipeServe } from "./pipe.ts";
import { Printer } from "./printer.ts";

/** Runs `pipe serve`. */
export async function pipeServe(
  command: PipeServe,
  env: Environment,
): Promise<void> {
  const { name, mode, max, sddl, allowRemote, common } = command;
  await using listener = listenPipe(name, {
    mode,
    maxInstances: max,
    sddl,
    allowRemote,
  });
  using idle = new Idle(env.signal, common.timeout);
  await using server = new Server(command, env, idle);
  env.talk(`ready: ${listener.name}`);
  await server.run(listener);
}

interface Client {
  readonly connection: PipeConnection;
  /** What tells it from the others in events. */
  readonly who: { readonly client: number; readonly pid: number | undefined };
  /** It has sent all. */
  finished: boolean;
}

class Server implements AsyncDisposable {
  readonly #command: PipeServe;
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

  constructor(command: PipeServe, env: Environment, idle: Idle) {
    this.#command = command;
    this.#env = env;
    this.#idle = idle;
    this.#printer = new Printer(env, command.common);
    this.#signal = AbortSignal.any([idle.signal, this.#over.signal]);
  }

  /** Serves until it is enough. Rejects when something fails, or on Ctrl-C. */
  async run(listener: PipeListener): Promise<void> {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>();
    this.#accept(listener, resolve).catch(reject);
    this.#broadcast().catch(reject);
    await unlessAborted(enough, this.#idle.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new DOMException("The server ends", "AbortError"));
    const connections = [...this.#clients].map(({ connection }) => connection);
    await Promise.all(
      connections.map((connection) => connection[Symbol.asyncDispose]()),
    );
  }

  async #accept(listener: PipeListener, enough: () => void): Promise<void> {
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
  async #serve(connection: PipeConnection): Promise<void> {
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

  async #welcome(connection: PipeConnection): Promise<Client> {
    this.#idle.progress();
    const who = { client: ++this.#clientCount, pid: pidOf(connection) };
    const client: Client = { connection, who, finished: false };
    this.#clients.add(client);
    await this.#printer.event("connected", who);
    this.#talk(`client ${who.client} connected (process ${who.pid ?? "?"})`);
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

function pidOf(connection: PipeConnection): number | undefined {
  try {
    return connection.peer().pid;
  } catch {
    // It has left already, or comes from another computer.
    return undefined;
  }
}
