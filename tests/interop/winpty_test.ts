/** A terminal by winpty's agent, which editors of Windows start: it asks on our pipe, and has two of one way. */

import { assertEquals } from "@std/assert";
import {
  connectPipe,
  listenPipe,
  type PipeConnection,
  readExactly,
} from "../../mod.ts";
import { fromUtf16, toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { Peer } from "../support/peer.ts";

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

/** Reads what the terminal shows until it is as `expected`. */
async function shown(output: PipeConnection, expected: RegExp): Promise<void> {
  const buffer = new Uint8Array(4096);
  for (let all = ""; !expected.test(all);) {
    const length = await output.read(buffer);
    if (length === null) throw new Error(`It ended with "${all}"`);
    all += text(buffer.subarray(0, length));
  }
}

testWith("winpty")(
  "winpty's agent runs a program for us, and its pipes end with it",
  async () => {
    await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
    const args = [listener.name, PLAIN_OUTPUT, "0", "80", "25"];
    // It needs a console with a window, which "start" gives it.
    await using agent = new Peer("cmd.exe", [
      "/c",
      "start",
      "/wait",
      pathOfPartner("winpty")!,
      ...args,
    ]);
    await using control = await listener.accept();
    const [inputPath, outputPath] = await receive(control) as string[];
    // Each is of one direction, as Windows' own pseudo consoles have them.
    await using output = await connectPipe(outputPath!, {
      access: "available",
    });
    await using input = await connectPipe(inputPath!, { access: "available" });
    assertEquals([output.access, input.access], ["read", "write"]);
    const command = 'cmd /v:on /c "set /p x=name? & echo hello !x!"';
    await control.write(
      packet(START_PROCESS, AUTO_SHUTDOWN, 0, 0, "", command, "", "", ""),
    );
    const [result] = await receive(control);
    assertEquals(result, PROCESS_CREATED);
    await shown(output, /name\?/);
    // Under Wine the console keeps each Escape by which the agent has tried it.
    await input.write(bytes("world\r"));
    await shown(output, /hello \W*world/);
    while (await output.read(new Uint8Array(4096)) !== null);
    control.close();
    await agent.ended();
  },
);
