/** Programs in a real console, with winpty's agent as its keyboard and screen. */

import {
  connectPipe,
  listenPipe,
  type PipeConnection,
  readExactly,
} from "../../mod.ts";
import { fromUtf16, toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, text, uniqueName } from "./names.ts";
import { pathOfPartner } from "./partners.ts";
import { Peer } from "./peer.ts";

// Of winpty's src/shared: packets are a size and values, each behind its kind.
const [INT32, INT64, STRING] = [0, 1, 2];
const START_PROCESS = 0;
const PROCESS_CREATED = 1;
const AUTO_SHUTDOWN = 1n;
const PLAIN_OUTPUT = "2";

type Value = number | bigint | string;

function packet(...values: Value[]): Uint8Array<ArrayBuffer> {
  const body = values.flatMap((value) => {
    if (typeof value === "number") {
      return [INT32, ...new Uint8Array(new Int32Array([value]).buffer)];
    }
    if (typeof value === "bigint") {
      return [INT64, ...new Uint8Array(new BigInt64Array([value]).buffer)];
    }
    const length = new BigUint64Array([BigInt(value.length)]);
    const wide = toUtf16(value).subarray(0, -2);
    return [STRING, ...new Uint8Array(length.buffer), ...wide];
  });
  const size = new BigUint64Array([BigInt(8 + body.length)]);
  return Uint8Array.of(...new Uint8Array(size.buffer), ...body);
}

async function receive(control: PipeConnection): Promise<Value[]> {
  const number = (data: Uint8Array<ArrayBuffer>) =>
    Number(new DataView(data.buffer).getBigUint64(0, true));
  const size = number(await readExactly(control, 8));
  const body = await readExactly(control, size - 8);
  const view = new DataView(body.buffer);
  const values: Value[] = [];
  for (let at = 0; at < body.byteLength;) {
    const kind = body[at++];
    if (kind === INT32) values.push(view.getInt32(at, true));
    if (kind === INT64) values.push(view.getBigInt64(at, true));
    if (kind === STRING) {
      const length = 2 * number(body.slice(at, at + 8));
      values.push(fromUtf16(body.slice(at + 8, at + 8 + length)));
      at += length;
    }
    at += kind === INT32 ? 4 : 8;
  }
  return values;
}

/** A console, with one program in it. */
export class ConsoleProgram implements AsyncDisposable {
  readonly #owned = new AsyncDisposableStack();
  readonly #agent: Peer;
  readonly #control: PipeConnection;

  /** What the console shows. */
  readonly output: PipeConnection;
  /** What is typed. */
  readonly input: PipeConnection;

  private constructor(
    owned: AsyncDisposableStack,
    agent: Peer,
    control: PipeConnection,
    output: PipeConnection,
    input: PipeConnection,
  ) {
    this.#owned = owned;
    this.#agent = agent;
    this.#control = control;
    this.output = output;
    this.input = input;
  }

  /** Starts a program by its command line, and winpty's agent at a path. */
  static async start(
    command: string,
    agentPath = pathOfPartner("winpty")!,
  ): Promise<ConsoleProgram> {
    await using owned = new AsyncDisposableStack();
    const name = uniqueName();
    const listener = owned.use(listenPipe(name, { maxInstances: 1 }));
    const args = [listener.name, PLAIN_OUTPUT, "0", "80", "25"];
    // It needs a console with a window, which "start" gives it. The first
    // argument in quotes is the title, and "/" may begin a switch
    // (Microsoft: start).
    const agent = owned.use(
      new Peer("cmd.exe", [
        "/c",
        "start",
        "",
        "/wait",
        agentPath.replaceAll("/", "\\"),
        ...args,
      ]),
    );
    const failed = agent.ended().then(({ code, stderr }) => {
      throw new Error(`winpty's agent ended with ${code}: ${stderr}`);
    });
    const control = owned.use(
      await Promise.race([listener.accept(), failed]),
    );
    const [inputPath, outputPath] = await receive(control) as string[];
    // Each is of one direction, as Windows' own pseudo consoles have them.
    const output = owned.use(
      await connectPipe(outputPath!, { access: "available" }),
    );
    const input = owned.use(
      await connectPipe(inputPath!, { access: "available" }),
    );
    await control.write(
      packet(START_PROCESS, AUTO_SHUTDOWN, 0, 0, "", command, "", "", ""),
    );
    const [result] = await receive(control);
    if (result !== PROCESS_CREATED) throw new Error(`No process: ${result}`);
    return new ConsoleProgram(owned.move(), agent, control, output, input);
  }

  /** Waits until the console shows `expected`. */
  async shows(expected: RegExp): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (let all = ""; !expected.test(all);) {
      const length = await this.output.read(buffer);
      if (length === null) throw new Error(`It ended with "${all}"`);
      all += text(buffer.subarray(0, length));
    }
  }

  /**
   * Types `keys`. Under Wine the console also keeps each Escape by which the
   * agent has tried it, and shows it over the line at its cursor.
   */
  async type(keys: string): Promise<void> {
    await this.input.write(bytes(keys));
  }

  /** Waits for the end of the program, and with it of the console. */
  async ended(): Promise<void> {
    while (await this.output.read(new Uint8Array(4096)) !== null);
    this.#control.close();
    await this.#agent.ended();
  }

  /** Ends it, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
