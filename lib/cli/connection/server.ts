import { SocketConnection } from "../../socket/mod.ts";
import type { PipeListener, SocketListener } from "../../../mod.ts";
import { ClientQueue, type Shared } from "./client_queue.ts";
import type { GlobalOptions } from "../arguments/global_options.ts";
import type { Environment } from "../environment.ts";
import { abortable } from "./abort.ts";
import type { InactivityTimeout } from "./inactivity_timeout.ts";
import {
  arrivals,
  type CliConnection,
  FINISHED,
  framed,
  Pieces,
} from "../text/incoming.ts";
import { outgoingGroups } from "../text/outgoing.ts";
import { Printer } from "../text/printer.ts";

type Listener = PipeListener | SocketListener;

/**
 * Stdin is read while the fastest client has at most this many bytes in its
 * queue.
 */
const MAX_AHEAD = 1048576;
/** A client this many bytes behind is dropped, if another one keeps up. */
const MAX_BACKLOG = 16 * 1048576;

export interface ServeOptions {
  /** Sends received data back. */
  readonly echo: boolean;
  /** Ends when the first client that sent or received data has left. */
  readonly once: boolean;
  readonly common: GlobalOptions;
}

interface Client {
  readonly connection: CliConnection;
  /** Its number in events. */
  readonly who: Who;
  /** The lines of stdin for it. */
  readonly queue: ClientQueue;
  /** Everything from it has arrived. */
  finished: boolean;
  /** It has sent or received data. */
  used: boolean;
  /** It is closed from here. */
  closed: boolean;
}

/** Data from a client, and the complete part to print. */
interface Arrived {
  readonly bytes?: Uint8Array;
  readonly pieces: Uint8Array[];
}

/** A type: an interface cannot be used as a record of fields. */
type Who = {
  readonly client: number;
  /** Its process, if Windows knows it. */
  readonly pid?: number | undefined;
  /** Its address, for a socket. */
  readonly address?: string;
};

/** Serves clients until the end. */
export class Server implements AsyncDisposable {
  readonly #command: ServeOptions;
  readonly #env: Environment;
  readonly #idle: InactivityTimeout;
  readonly #printer: Printer;
  readonly #clients = new Set<Client>();
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  /** Resolved when a client connects, leaves, or takes data. */
  #changed = Promise.withResolvers<void>();
  /** How many clients have sent or received data. */
  #used = 0;
  /** Called when the first client sends or receives data. */
  #onUsed = () => {};
  /** Lines of stdin that no client has taken. */
  #unsent: Shared[] = [];
  #inputEnded = false;
  #clientCount = 0;
  #messageCount = 0;

  constructor(
    command: ServeOptions,
    env: Environment,
    idle: InactivityTimeout,
  ) {
    this.#command = command;
    this.#env = env;
    this.#idle = idle;
    this.#printer = new Printer(env, command.common);
    this.#signal = AbortSignal.any([idle.signal, this.#over.signal]);
  }

  /** Serves until the end. Rejects on a failure or Ctrl-C. */
  async run(listener: Listener): Promise<void> {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>();
    this.#accept(listener, resolve, reject).catch(reject);
    this.#broadcast().catch(reject);
    await abortable(enough, this.#idle.signal);
  }

  /** Disconnects all clients. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new DOMException("The server ends", "AbortError"));
    const connections = [...this.#clients].map(({ connection }) => connection);
    await Promise.all(
      connections.map((connection) => connection[Symbol.asyncDispose]()),
    );
  }

  async #accept(
    listener: Listener,
    enough: () => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const { once, common } = this.#command;
    // A later client would wait forever.
    if (once) this.#onUsed = () => listener.close();
    for (;;) {
      const connection = await this.#nextClient(listener);
      if (connection === undefined) return;
      this.#serve(connection).then((used) => {
        if (once && used || this.#messageCount >= common.count) enough();
      }, failed);
    }
  }

  /** The next client; with `once`, none after the first that was used. */
  async #nextClient(listener: Listener): Promise<CliConnection | undefined> {
    try {
      return await listener.accept({ signal: this.#signal });
    } catch (error) {
      const isClosed = this.#command.once && this.#used > 0;
      if (!isClosed) throw error;
    }
  }

  /**
   * Serves one client until it has left; resolves to whether it sent or
   * received data.
   */
  async #serve(connection: CliConnection): Promise<boolean> {
    const client = await this.#addClient(connection);
    try {
      await this.#listen(client);
    } finally {
      this.#clients.delete(client);
      connection.close();
      this.#keepUnsent(client.queue.discard());
      this.#notifyChange();
    }
    await this.#printer.event("left", client.who);
    this.#log(`client ${client.who.client} left`);
    this.#idle.progress();
    return client.used;
  }

  async #addClient(connection: CliConnection): Promise<Client> {
    this.#idle.progress();
    const who = { client: ++this.#clientCount, ...identityOf(connection) };
    const client: Client = {
      connection,
      who,
      queue: new ClientQueue(
        (bytes) => this.#write(client, bytes),
        (taken) => this.#progressed(client, taken),
      ),
      finished: false,
      used: false,
      closed: false,
    };
    this.#clients.add(client);
    for (const shared of this.#unsent.splice(0)) this.#give(client, shared);
    this.#notifyChange();
    await this.#printer.event("connected", who);
    this.#log(`client ${who.client} connected (${shown(who)})`);
    return client;
  }

  async #listen(client: Client): Promise<void> {
    for await (const arrived of this.#arrivals(client)) {
      this.#use(client);
      client.finished = arrived === FINISHED;
      if (this.#hasAll(client)) break;
      if (arrived === FINISHED) continue;
      this.#idle.progress();
      const { bytes, pieces } = arrived;
      if (this.#command.echo && bytes) await this.#write(client, bytes);
      if (await this.#print(pieces, client)) return;
    }
    // A socket's client may have closed only its writing half.
    while (client.queue.busy) await this.#change();
  }

  /**
   * Reads from a client and cuts the data into messages. A client with invalid
   * data is dropped, and the others stay.
   */
  async *#arrivals(
    client: Client,
  ): AsyncGenerator<Arrived | typeof FINISHED, void, void> {
    const { connection } = client;
    const { once, common } = this.#command;
    const pieces = new Pieces(connection.mode, common);
    try {
      for await (const arrived of arrivals(connection, this.#signal)) {
        if (arrived === FINISHED) yield FINISHED;
        else yield { bytes: arrived, pieces: pieces.push(arrived) };
      }
    } catch (error) {
      if (!client.closed) {
        const isTheOne = once && client.used && this.#used === 1;
        if (this.#signal.aborted || isTheOne) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        return this.#drop(client, reason);
      }
    }
    const rest = pieces.end();
    if (rest.length > 0) yield { pieces: rest };
  }

  /** Prints, and returns whether the count is reached. */
  async #print(texts: Uint8Array[], { who }: Client): Promise<boolean> {
    const { count } = this.#command.common;
    const shown = texts.slice(0, count - this.#messageCount);
    this.#messageCount += shown.length;
    await this.#printer.messages(shown, who);
    return this.#messageCount >= count;
  }

  /** Sends the lines of stdin to all clients. */
  async #broadcast(): Promise<void> {
    const { common } = this.#command;
    const signal = this.#signal;
    const groups = outgoingGroups(this.#env, { messages: [], common, signal });
    for await (const messages of groups) {
      const shared = { messages, holders: 0, taken: false };
      if (this.#clients.size === 0) this.#unsent.push(shared);
      for (const client of this.#clients) this.#give(client, shared);
      while (this.#isAhead()) await this.#change();
      this.#dropSlowClients();
    }
    this.#inputEnded = true;
    for (const client of this.#clients) this.#closeIfDone(client);
  }

  /** Keeps data that no client took for the next one. */
  #keepUnsent(untaken: Shared[]): void {
    if (this.#clients.size === 0) this.#unsent.unshift(...untaken);
    for (const client of this.#clients) {
      for (const shared of untaken) this.#give(client, shared);
    }
  }

  #give(client: Client, shared: Shared): void {
    const { mode } = client.connection;
    const { common } = this.#command;
    client.queue.push(shared, framed(shared.messages, mode, common));
  }

  /** Whether stdin must wait: there is no client, or all are behind. */
  #isAhead(): boolean {
    if (this.#clients.size === 0) return this.#unsent.length > 0;
    const behind = [...this.#clients].map(({ queue }) => queue.size);
    return Math.min(...behind) > MAX_AHEAD;
  }

  #dropSlowClients(): void {
    for (const client of this.#clients) {
      const { size } = client.queue;
      if (size <= MAX_BACKLOG) continue;
      this.#drop(client, `it does not read, ${size} bytes wait for it`);
    }
  }

  /** With `once`, the server does not end with a client that is dropped. */
  #drop(client: Client, reason: string): void {
    this.#env.log(`client ${client.who.client} dropped: ${reason}`);
    if (client.used) this.#used--;
    client.used = false;
    this.#close(client);
  }

  #progressed(client: Client, taken: boolean): void {
    if (taken) {
      this.#use(client);
      this.#closeIfDone(client);
    }
    this.#notifyChange();
  }

  #use(client: Client): void {
    if (client.used || client.closed) return;
    client.used = true;
    this.#used++;
    this.#onUsed();
    this.#onUsed = () => {};
  }

  #closeIfDone(client: Client): void {
    if (this.#hasAll(client)) this.#close(client);
  }

  #close(client: Client): void {
    client.closed = true;
    client.connection.close();
  }

  async #change(): Promise<void> {
    await abortable(this.#changed.promise, this.#signal);
  }

  #notifyChange(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /**
   * Resolves to whether the client took it. A client that has left is noticed
   * by its reader.
   */
  async #write({ connection }: Client, bytes: Uint8Array): Promise<boolean> {
    try {
      await connection.write(bytes, { signal: this.#signal });
      this.#idle.progress();
      return true;
    } catch {
      return false;
    }
  }

  #hasAll({ finished, queue }: Client): boolean {
    const { echo } = this.#command;
    return finished && !queue.busy && (echo || this.#inputEnded);
  }

  #log(line: string): void {
    if (!this.#command.common.quiet) this.#env.log(line);
  }
}

function identityOf(connection: CliConnection): Omit<Who, "client"> {
  if (connection instanceof SocketConnection) {
    return { address: connection.name };
  }
  try {
    return { pid: connection.peer().pid };
  } catch {
    // It has already left, or is on another computer.
    return { pid: undefined };
  }
}

function shown({ address, pid }: Who): string {
  return address ?? `process ${pid ?? "?"}`;
}
