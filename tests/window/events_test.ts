import { assertEquals, assertThrows } from "@std/assert";
import { sendCopyData } from "../../lib/copy_data/mod.ts";
import { copyDataHandler } from "../../lib/copy_data/window_handler.ts";
import {
  EventReader,
  eventsEnds,
  EventWriter,
} from "../../lib/window/events.ts";
import type { LoopWindow, WindowHost } from "../../lib/window/handler.ts";
import {
  CELLS,
  type EventsEnd,
  WAKE_POSTED,
  type WindowThreadEvent,
} from "../../lib/window/protocol.ts";
import { allocate, free } from "../../lib/win32/memory.ts";
import { COPYDATASTRUCT } from "../../lib/win32/structs.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { wrapped } from "../support/wrapped.ts";

const WM_COPYDATA = 0x4a;
/** The ring: two counts of 32 bits, and records of 7 fields of 64 bits. */
const COUNTS = 2;
const SIZE_FIELD = 6;
const RECORDS = 256;

interface Ends extends Disposable {
  readonly main: EventsEnd;
  readonly writer: EventWriter;
  readonly reader: EventReader;
}

/** Both ends in one thread, which nothing wakes. */
function open(): Ends {
  const { main, worker } = eventsEnds();
  const shared = new Int32Array(new SharedArrayBuffer(4 * CELLS));
  shared[WAKE_POSTED] = 1;
  const writer = new EventWriter(worker, shared);
  const reader = new EventReader(main);
  return {
    main,
    writer,
    reader,
    [Symbol.dispose]() {
      reader.close();
      writer.close();
    },
  };
}

function data(message: number, size = 3): WindowThreadEvent {
  const bytes = new Uint8Array(size).fill(message);
  return { type: "data", window: 5, message, tag: 2n, sender: 3n, bytes };
}

Deno.test("events stay in order where the counts of their ring wrap around", () => {
  using ends = open();
  const { main, writer, reader } = ends;
  new Int32Array(main.ring, 0, COUNTS).fill(2 ** 31 - 3);
  // More than the ring takes, twice: the others go through the port.
  const count = RECORDS + 20;
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < count; i++) writer.emit(data(i));
    for (let i = 0; i < count; i++) assertEquals(reader.take(), data(i));
    assertEquals(reader.take(), undefined);
  }
});

Deno.test("an event that finds no memory does not hold up later ones", () => {
  using ends = open();
  const { writer, reader } = ends;
  {
    using _ = wrapped({ HeapAlloc: () => () => 0n });
    assertThrows(() => writer.emit(data(1)), RangeError, "Cannot allocate");
  }
  writer.emit(data(2));
  assertEquals(reader.take(), data(2));
});

Deno.test("data that finds no memory in the main thread becomes an error of its window", () => {
  using ends = open();
  const { main, writer, reader } = ends;
  const records = new BigUint64Array(main.ring, 4 * COUNTS);
  const freed: unknown[] = [];
  using _ = wrapped({
    HeapFree: (native) => (...args) => {
      freed.push(args[2]);
      return native(...args);
    },
  });
  writer.emit(data(1));
  writer.emit(data(2));
  const address = records[SIZE_FIELD - 1];
  records[SIZE_FIELD] = 2n ** 60n;
  const event = reader.take();
  assertEquals(event?.type === "error" && [event.window, event.message], [
    5,
    1,
  ]);
  assertEquals(freed, [address]);
  assertEquals(reader.take(), data(2));
});

Deno.test("a message that is not passed on does not count as queued", () => {
  const queuedCount = new SharedArrayBuffer(4);
  const settings = { answered: false, backlog: 1, queuedCount };
  const window = { id: 1, closing: false, options: { settings } };
  const handler = copyDataHandler(
    {
      emit() {
        throw new RangeError("no memory");
      },
    } as unknown as WindowHost,
  );
  const struct = allocate(COPYDATASTRUCT.size);
  try {
    assertThrows(
      () =>
        handler.handle(
          window as unknown as LoopWindow,
          WM_COPYDATA,
          0n,
          struct,
        ),
      RangeError,
      "no memory",
    );
  } finally {
    free(struct);
  }
  assertEquals(new Int32Array(queuedCount)[0], 0);
});

Deno.test("the memory of a message is freed in a program that allocates none itself", async () => {
  const title = uniqueName();
  const url = new URL("./peers/freeing.ts", import.meta.url);
  await using peer = startScript(url, [title]);
  await peer.says("ready");
  assertEquals(await sendCopyData(title, bytes("hi")), 1);
  // Each isolate has its own copy of winipc, and so its own handle of the heap.
  await peer.says("true true");
});
