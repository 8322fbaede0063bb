import { assertEquals, assertRejects } from "@std/assert";
import {
  findWindows,
  listenMessages,
  listenRegistered,
  postRegistered,
  sendCopyData,
  type WindowInfo,
} from "../../lib/copy_data/mod.ts";
import { user32 } from "../../lib/win32/user32.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { SYSTEM32 } from "../support/system32.ts";

/** Not the one that registered_test.ts broadcasts. */
const NAME = "winipc.test.closing";
const CONTROL = "winipc.control";
const WM_DESTROY = 2;
const WM_CLOSE = 0x10;
const WM_QUIT = 0x12;
const WM_SYSCOMMAND = 0x112;
const SC_CLOSE = 0xf060n;
const WS_POPUP = 0x8000_0000;
const data = new Uint8Array(1);

// Opened once for the process, so that no test counts it as its own.
const { CreateWindowExW, DestroyWindow, SetParent } = Deno.dlopen(
  `${SYSTEM32}\\user32.dll`,
  {
    CreateWindowExW: {
      parameters: [
        "u32",
        "buffer",
        "buffer",
        "u32",
        "i32",
        "i32",
        "i32",
        "i32",
        "usize",
        "usize",
        "usize",
        "usize",
      ],
      result: "usize",
    },
    DestroyWindow: { parameters: ["usize"], result: "i32" },
    SetParent: { parameters: ["usize", "usize"], result: "usize" },
  },
).symbols;

/** Destroys a window with a parent that it gets. */
function destroyFromOutside({ handle }: { handle: number }): void {
  const parent = CreateWindowExW(
    ...[0, toUtf16("STATIC"), null, WS_POPUP, 0, 0, 0, 0] as const,
    ...[0n, 0n, 0n, 0n] as const,
  );
  SetParent(BigInt(handle), parent);
  DestroyWindow(parent);
}

/** The window that wakes the thread. */
function controls(): WindowInfo[] {
  return findWindows({ className: CONTROL, messageOnly: true, pid: Deno.pid });
}

Deno.test("windows and their thread survive the messages that end others", async () => {
  const title = uniqueName();
  await using listener = listenRegistered([NAME], { title });
  // Posts WM_CLOSE to the windows of this process.
  await new Deno.Command(`${SYSTEM32}\\taskkill.exe`, {
    args: ["/PID", `${Deno.pid}`],
  }).output();
  for (const { handle } of [listener, ...controls()]) {
    for (
      const [message, wParam] of [
        [WM_CLOSE, 0n],
        [WM_SYSCOMMAND, SC_CLOSE],
        [WM_DESTROY, 0n],
        [WM_QUIT, 0n],
      ] as const
    ) {
      user32().raw.PostMessageW(BigInt(handle), message, wParam, 0n);
    }
  }
  // The messages of one queue arrive in order.
  postRegistered(listener, NAME, { wParam: 1 });
  assertEquals((await listener.receive()).wParam, 1n);
  assertEquals(findWindows({ title }).length, 1);
  assertEquals(controls().length, 1);
});

Deno.test("owners learn that another program destroyed their windows", async () => {
  const expectedMessage = "Another program destroyed the window";
  const reported = Promise.withResolvers<unknown>();
  await using listener = listenRegistered([NAME]);
  await using answering = listenMessages(
    { onError: reported.resolve },
    () => 1,
  );
  await using unaware = listenMessages();
  await using last = listenMessages({}, () => 2);
  const receiving = listener.receive();
  destroyFromOutside(listener);
  await assertRejects(() => receiving, Error, expectedMessage);
  await assertRejects(() => listener.receive(), Error, expectedMessage);
  destroyFromOutside(answering);
  assertEquals((await reported.promise as Error).message, expectedMessage);
  // Its owner closes it before it can know.
  destroyFromOutside(unaware);
  await unaware[Symbol.asyncDispose]();
  // The window that wakes the thread is replaced.
  controls().forEach(destroyFromOutside);
  await using next = listenMessages();
  assertEquals(await sendCopyData(next, data), 1);
  assertEquals(await sendCopyData(last, data), 2);
  assertEquals(controls().length, 1);
});
