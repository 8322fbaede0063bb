import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  clearClipboard,
  type ClipboardContent,
  clipboardFormats,
  clipboardSequence,
  readClipboard,
  watchClipboard,
  writeClipboard,
} from "../../lib/clipboard/mod.ts";
import { listenMessages, sendCopyData } from "../../lib/copy_data/mod.ts";
import type { Wrapper } from "../../lib/win32/binding.ts";
import { user32 } from "../../lib/win32/user32.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, checksum, pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { wrapped } from "../support/wrapped.ts";

const TEXT = "ünï 中文 😀\r\n\ud800 alone";
const FORMAT = "winipc.test.format";
const LARGE_BYTES = 64 * 1024 * 1024;
const TURNED = "turned ";
const WM_CLIPBOARDUPDATE = 0x31d;
const BITMAPV5HEADER_SIZE = 124;

async function startOther(): Promise<Peer> {
  const peer = startScript(new URL("./peers/other.ts", import.meta.url));
  await peer.says("ready");
  return peer;
}

async function command(peer: Peer, line: string): Promise<void> {
  await peer.send(line);
  await peer.says("done");
}

Deno.test("writeClipboard() writes what another process reads", async () => {
  await using other = await startOther();
  const content = {
    text: TEXT,
    html: "<b>ünï 中文 😀</b>",
    files: ["C:\\ünï 中文 😀.txt", "D:\\"],
  };
  await writeClipboard(content);
  await other.send("read");
  assertEquals(JSON.parse(await other.line()), content);
});

Deno.test("readClipboard() reads what another process wrote, and left", async () => {
  {
    await using other = await startOther();
    await command(
      other,
      `write ${JSON.stringify({ text: TEXT, html: "<i>x</i>" })}`,
    );
  }
  const expected: ClipboardContent = { text: TEXT, html: "<i>x</i>" };
  assertEquals(await readClipboard(), expected);
});

Deno.test("writeClipboard() keeps bytes of any format as they are", async () => {
  const bytes = pattern(100_000);
  await writeClipboard({ formats: { [FORMAT]: bytes, CF_DIB: pattern(40) } });
  const formats = [FORMAT, "CF_DIB", "winipc.test.absent"];
  const content = await readClipboard({ formats });
  assertEquals(content, { formats: { [FORMAT]: bytes, CF_DIB: pattern(40) } });
});

Deno.test("writeClipboard() and readClipboard() go by what they were given, whatever becomes of it", async () => {
  const given = { CF_DIB: pattern(40), CF_TEXT: bytes("text\0") };
  const writing = writeClipboard({ formats: given });
  for (const array of Object.values(given)) array.fill(9);
  await writing;
  const formats = Object.keys(given);
  const reading = readClipboard({ formats });
  formats.length = 0;
  const { text, formats: found } = await reading;
  assertEquals(text, "text");
  assertEquals(found, { CF_DIB: pattern(40), CF_TEXT: bytes("text") });
  await assertRejects(
    () => readClipboard({ formats: FORMAT as unknown as string[] }),
    TypeError,
    "Invalid formats: give an array of names",
  );
});

Deno.test("readClipboard() of an empty clipboard gives nothing", async () => {
  await writeClipboard("x");
  await clearClipboard();
  assertEquals(await readClipboard(), {});
  assertEquals(await clipboardFormats(), []);
});

Deno.test("writeClipboard() takes empty text and replaces what was there", async () => {
  await writeClipboard({ text: "x", html: "<b>x</b>" });
  await writeClipboard("");
  // Some versions of Windows have nothing for CF_TEXT then, and some empty text.
  const { text, formats } = await readClipboard({ formats: ["CF_TEXT"] });
  assertEquals(text, "");
  assertEquals(formats!.CF_TEXT ?? new Uint8Array(), new Uint8Array());
});

Deno.test("clipboardFormats() names formats, and those that Windows makes", async () => {
  await writeClipboard({ text: "x", formats: { [FORMAT]: pattern(1) } });
  const names = (await clipboardFormats()).map(({ name }) => name);
  assertEquals(names.slice(0, 2), ["CF_UNICODETEXT", FORMAT]);
  assertEquals(names.includes("CF_TEXT"), true);
});

Deno.test("writeClipboard() and readClipboard() pass text of 64 MiB between processes, both ways", async () => {
  await using other = await startOther();
  const line = "ünï 中文 😀 line of text\r\n";
  const text = line.repeat(Math.ceil(LARGE_BYTES / 2 / line.length));
  assertEquals(2 * text.length >= LARGE_BYTES, true);
  await writeClipboard(text);
  await other.send("turn");
  assertEquals(JSON.parse(await other.line()), {
    length: text.length,
    checksum: checksum(toUtf16(text)),
  });
  // What comes back was made by the other process: it begins otherwise.
  const back = (await readClipboard()).text!;
  assertEquals(back.length, text.length + TURNED.length);
  assertEquals(back === TURNED + text, true);
  await clearClipboard();
});

Deno.test("writeClipboard() refuses what the clipboard cannot carry", async () => {
  const write = writeClipboard as (content: unknown) => Promise<number>;
  await writeClipboard("kept");
  for (
    const [content, expectedMessage] of [
      ["a\0b", "Invalid text: it contains a NUL"],
      [{ text: 1 }, "Invalid text: give a string"],
      [{ html: "\0" }, "Invalid html"],
      [{ files: [] }, "Invalid files"],
      [{ files: [""] }, "Invalid file"],
      [{ files: ["a.txt"] }, "give a whole path"],
      [{ files: ["\\a.txt"] }, "give a whole path"],
      [{ files: ["C:a.txt"] }, "give a whole path"],
      [{ files: ["file:///C:/a.txt"] }, "give a whole path"],
      [{ formats: { x: "text" } }, "Invalid data"],
      [{ formats: { x: new Uint8Array() } }, "takes one byte or more"],
      [{ formats: { CF_BITMAP: new Uint8Array(1) } }, "it is not bytes"],
      [{ formats: { "": new Uint8Array(1) } }, "Invalid format"],
      [{ formats: { "#13": new Uint8Array(1) } }, "mean a number"],
      [{ formats: { CF_UNICODETEXT: new Uint8Array(1) } }, "of 1 byte:"],
      [{ formats: { CF_UNICODETEXT: new Uint8Array(3) } }, "of 3 bytes"],
      [{}, "it is empty"],
      [null, "Invalid content"],
    ] as const
  ) {
    await assertRejects(() => write(content), TypeError, expectedMessage);
  }
  assertEquals((await readClipboard()).text, "kept");
});

Deno.test("the clipboard is waited for, and the program that has it open is named", async () => {
  const title = uniqueName();
  await using other = await startOther();
  await command(other, `hold ${title}`);
  const error = await assertRejects(
    () => writeClipboard("x", { timeout: 50 }),
    DOMException,
    `Cannot write the clipboard: the window "${title}" of process ${other.pid} has it (ERROR_ACCESS_DENIED) and did not close it within 50 ms`,
  );
  assertEquals(error.name, "TimeoutError");
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => readClipboard({ signal }), Error, "enough");
  const writing = writeClipboard("in the end", { timeout: 60_000 });
  await command(other, "release");
  await writing;
  assertEquals((await readClipboard()).text, "in the end");
});

Deno.test("writeClipboard() and clearClipboard() change nothing after an abort", async () => {
  await writeClipboard("kept");
  for (
    const change of [
      (signal: AbortSignal) => writeClipboard("lost", { signal }),
      (signal: AbortSignal) => clearClipboard({ signal }),
    ]
  ) {
    const controller = new AbortController();
    const changing = change(controller.signal);
    controller.abort(new Error("enough"));
    await assertRejects(() => changing, Error, "enough");
    assertEquals((await readClipboard()).text, "kept");
  }
});

Deno.test("watchClipboard() reports each change once, and whose it is", async () => {
  await using other = await startOther();
  await using watcher = watchClipboard();
  const sequence = await writeClipboard("ours");
  assertEquals(await watcher.receive(), { sequence, own: true });
  for (const text of ["one", "two", "three"]) {
    await command(other, `write ${JSON.stringify(text)}`);
    const change = { sequence: clipboardSequence(), own: false };
    assertEquals(await watcher.receive(), change);
  }
  assertEquals(clipboardSequence() > sequence, true);
  await command(other, "clear");
  assertEquals((await watcher.receive()).own, false);
  await clearClipboard();
  assertEquals((await watcher.receive()).own, true);
  await assertRejects(() => watcher.receive({ timeout: 50 }), DOMException);
  const waiting = watcher.receive();
  watcher.close();
  await assertRejects(() => waiting, Deno.errors.BadResource);
  await writeClipboard("after");
  for await (const _ of watcher) throw new Error("unexpected");
});

Deno.test("watchClipboard() distinguishes its own changes from others' although both come late, and reports nothing twice", async () => {
  await using other = await startOther();
  // While a message is handled, the window thread takes nothing that is posted.
  const handling = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await using busy = listenMessages({ answerTimeout: 60_000 }, async () => {
    handling.resolve();
    await release.promise;
  });
  await using watcher = watchClipboard();
  const sent = sendCopyData(busy, new Uint8Array(1), { timeout: 60_000 });
  await handling.promise;
  const first = await writeClipboard("ours");
  const second = await writeClipboard("ours, too");
  await command(other, 'write "theirs"');
  // What Windows posts when a format is rendered for another program.
  const { call } = user32();
  call.PostMessageW(BigInt(watcher.handle), WM_CLIPBOARDUPDATE, 0n, 0n);
  release.resolve();
  await sent;
  assertEquals(await watcher.receive(), { sequence: first, own: true });
  assertEquals(await watcher.receive(), { sequence: second, own: true });
  const theirs = { sequence: clipboardSequence(), own: false };
  assertEquals(await watcher.receive(), theirs);
  const last = await writeClipboard("the last");
  assertEquals(await watcher.receive(), { sequence: last, own: true });
});

Deno.test("watchClipboard() takes no step of a change for a change", async () => {
  await using watcher = watchClipboard();
  const window = BigInt(watcher.handle);
  let steps = 0;
  // A late notification, which is handled before the call returns.
  const notify: Wrapper = (native) => (...args) => {
    const result = native(...args);
    const { SendMessageTimeoutW } = synchronous.symbols;
    const limit = 20_000;
    SendMessageTimeoutW(window, WM_CLIPBOARDUPDATE, 0n, 0n, 0, limit, null);
    steps++;
    return result;
  };
  using synchronous = synchronousUser32();
  {
    using _late = wrapped({ EmptyClipboard: notify, SetClipboardData: notify });
    for (let i = 0; i < 3; i++) {
      const formats = { [FORMAT]: new Uint8Array(1) };
      const sequence = await writeClipboard({ text: "ours", formats });
      assertEquals(await watcher.receive(), { sequence, own: true });
    }
  }
  assertEquals(steps, 9);
  const sequence = await clearClipboard();
  assertEquals(await watcher.receive(), { sequence, own: true });
});

/** A call that waits on this thread. winipc waits on others. */
function synchronousUser32() {
  const opened = Deno.dlopen(`${SYSTEM32}\\user32.dll`, {
    SendMessageTimeoutW: {
      parameters: ["usize", "u32", "usize", "usize", "u32", "u32", "buffer"],
      result: "usize",
    },
  });
  return { ...opened, [Symbol.dispose]: () => opened.close() };
}

Deno.test("writeClipboard() ends text by a NUL, and readClipboard() cuts it off", async () => {
  const unicode = toUtf16("ünï").slice(0, -2);
  const texts: [string, Uint8Array, string][] = [
    ["CF_UNICODETEXT", unicode, "ünï"],
    ["CF_TEXT", bytes("hi"), "hi"],
    ["CF_OEMTEXT", bytes("hi"), "hi"],
  ];
  for (const [name, plain, text] of texts) {
    const end = new Uint8Array(name === "CF_UNICODETEXT" ? 2 : 1);
    // With a NUL of its own it is the same.
    for (const given of [plain, new Uint8Array([...plain, ...end])]) {
      await writeClipboard({ formats: { [name]: given } });
      const content = await readClipboard({ formats: [name] });
      assertEquals(content, { text, formats: { [name]: plain } });
    }
  }
  const formats = { CF_TEXT: new Uint8Array() };
  await writeClipboard({ formats });
  const content = await readClipboard({ formats: ["CF_TEXT"] });
  assertEquals(content.formats, formats);
});

Deno.test("writeClipboard() writes whole paths of files, with backslashes", async () => {
  const files = ["C:/a b/../ü.txt", "//server/share/x", "\\\\?\\C:\\y"];
  await writeClipboard({ files });
  assertEquals((await readClipboard()).files, [
    "C:\\ü.txt",
    "\\\\server\\share\\x",
    "\\\\?\\C:\\y",
  ]);
});

Deno.test("readClipboard() leaves out what its owner does not render", async () => {
  await using other = await startOther();
  await command(other, `promise ${FORMAT}`);
  const names = (await clipboardFormats()).map(({ name }) => name);
  assertEquals(names, [FORMAT]);
  assertEquals(await readClipboard({ formats: [FORMAT] }), { formats: {} });
  for (const format of ["HTML Format", "CF_HDROP", "CF_DIB"]) {
    await command(other, `promise-beside-text ${format}`);
    assertEquals(await readClipboard({ formats: ["CF_DIB"] }), {
      text: "beside",
      formats: {},
    });
  }
  await command(other, "promise CF_UNICODETEXT");
  assertEquals(await readClipboard(), {});
});

Deno.test("readClipboard() leaves out a format that Windows offers and does not make", async () => {
  const header = new Uint8Array(BITMAPV5HEADER_SIZE + 4);
  // 1 by 1 pixel of 32 bits, without compression.
  new DataView(header.buffer).setUint32(0, BITMAPV5HEADER_SIZE, true);
  header.set([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 32], 4);
  await writeClipboard({ text: "beside", formats: { CF_DIBV5: header } });
  const names = (await clipboardFormats()).map(({ name }) => name);
  assertEquals(names.includes("CF_DIB"), true);
  const { text, formats } = await readClipboard({ formats: ["CF_DIB"] });
  assertEquals(text, "beside");
  if (WINDOWS_RULES) assertEquals(formats, {});
});

Deno.test("the owner of the clipboard must respond where it may be asked for data, and nowhere else", async () => {
  await using other = await startOther();
  // Its window is one of a thread that handles no messages.
  await command(other, `own ${FORMAT}`);
  const formats = [FORMAT];
  const timeout = 50;
  for (
    const action of [
      () => readClipboard({ formats, timeout }),
      () => writeClipboard("x", { timeout }),
      () => clearClipboard({ timeout }),
    ]
  ) {
    await assertRejects(action, DOMException, "did not respond");
  }
  assertEquals((await clipboardFormats({ timeout }))[0]!.name, FORMAT);
  assertEquals(await readClipboard({ timeout }), {});
});

Deno.test("writeClipboard() and readClipboard() leave no handle", async () => {
  await writeClipboard("x");
  await assertNoHandlesLeft(async () => {
    for (let i = 0; i < 50; i++) {
      await writeClipboard(`text ${i}`);
      assertMatch((await readClipboard()).text!, /^text \d+$/);
    }
  });
});
