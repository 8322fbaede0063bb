import { assertEquals, assertLess } from "@std/assert";
import { runScript } from "../support/peer.ts";

const FLAGS = ["-A", "--v8-flags=--expose-gc"];
/** Deno's own threads come and go with some handles each; a leak would be 40 at least. */
const NOISE = 16;

Deno.test("what is in flight survives constant garbage collection, in every way", async () => {
  const url = new URL("./peers/collecting.ts", import.meta.url);
  const { stdout, stderr } = await runScript(url, [], FLAGS);
  assertEquals(stderr, "");
  assertEquals(stdout.split(/\r?\n/), [
    "pipe: 60",
    "pipe of bytes: 60",
    "pipe calls: 60",
    "anonymous pipe: 60",
    "blocking pipe: 60",
    "mailslot: 60",
    "ring: 60",
    "ring by copy: 60",
    "shared memory and events: 60",
    "socket: 60",
    "window messages: 60",
    "rpc: 60",
    "dde: 60",
    "clipboard: 60",
    "file mapping: 60",
    "child: 60",
    "collected often: true",
  ]);
});

Deno.test("objects dropped without close() let go of what they own, and say so", async () => {
  const url = new URL("./peers/dropping.ts", import.meta.url);
  const { stdout, stderr } = await runScript(url, [], FLAGS);
  assertEquals(stderr, "");
  const said = new Map(
    stdout.split(/\r?\n/).map((line) => line.split(": ") as [string, string]),
  );
  for (const [kind, left] of said) {
    if (left.endsWith(" left")) assertLess(parseInt(left), NOISE, kind);
  }
  const { dropped, ...rest } = Object.fromEntries(
    [...said].filter(([, value]) => !value.endsWith(" left")),
  );
  assertEquals(dropped!.split(", "), [
    "RPC client of",
    "connection over",
    "connection to",
    "consumer of the ring",
    "event",
    "event without a name",
    "listener on",
    "mailslot",
    "mapping of",
    "mutex",
    "process",
    "producer of the ring",
    "reading end of",
    "ring",
    "semaphore without a name",
    "sender to",
    "shared memory",
    "writing end of",
  ]);
  assertEquals(rest, {
    windows: "0",
    "a pending receive": "received",
    "a pending read": "arrived",
    "a pending accept": "met",
    "a listener without room": "has room again",
    "a view": "seen",
    "the other end of a ring": "last, null",
    "a trace": "CloseHandle",
    "reads that timed out": "forgotten",
  });
});
