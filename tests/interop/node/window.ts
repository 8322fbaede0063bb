// Windows and their messages for Node, by koffi, whose folder
// WINIPC_TEST_KOFFI names.
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const koffi = require(process.env.WINIPC_TEST_KOFFI!);
const user32 = koffi.load("user32.dll");

koffi.struct("WNDCLASSEXW", {
  cbSize: "uint32_t",
  style: "uint32_t",
  lpfnWndProc: "void *",
  cbClsExtra: "int",
  cbWndExtra: "int",
  hInstance: "void *",
  hIcon: "void *",
  hCursor: "void *",
  hbrBackground: "void *",
  lpszMenuName: "str16",
  lpszClassName: "str16",
  hIconSm: "void *",
});
koffi.struct("COPYDATASTRUCT", {
  dwData: "uint64_t",
  cbData: "uint32_t",
  lpData: "void *",
});
const Procedure = koffi.proto(
  "int64_t WindowProc(int64_t window, uint32_t message, uint64_t wParam, void *lParam)",
);

// deno-lint-ignore no-explicit-any
function declare(prototype: string): (...args: unknown[]) => any {
  return user32.func(prototype);
}

const registerClass = declare("uint16_t RegisterClassExW(WNDCLASSEXW *type)");
const createWindow = declare(
  "int64_t CreateWindowExW(uint32_t ex, str16 type, str16 title, uint32_t style, int x, int y, int w, int h, int64_t parent, int64_t menu, int64_t instance, int64_t param)",
);
const defWindowProc = declare(
  "int64_t DefWindowProcW(int64_t window, uint32_t message, uint64_t wParam, void *lParam)",
);
const waitMessage = declare(
  "uint32_t MsgWaitForMultipleObjectsEx(uint32_t count, void *handles, uint32_t milliseconds, uint32_t mask, uint32_t flags)",
);
const peekMessage = declare(
  "int PeekMessageW(uint8_t *message, int64_t window, uint32_t first, uint32_t last, uint32_t remove)",
);
const dispatchMessage = declare("int64_t DispatchMessageW(uint8_t *message)");
const findWindowW = declare("int64_t FindWindowW(str16 type, str16 title)");
const sendMessageTimeout = declare(
  "int64_t SendMessageTimeoutW(int64_t window, uint32_t message, uint64_t wParam, COPYDATASTRUCT *data, uint32_t flags, uint32_t timeout, _Out_ uint64_t *result)",
);

const WM_COPYDATA = 0x4a;
const WS_POPUP = 0x80000000;
const SMTO_ABORTIFHUNG = 2;
const QS_ALLINPUT = 0x4ff;
const PM_REMOVE = 1;

/** Opens a window that answers each `WM_COPYDATA` with what `handle` says. */
export function open(
  title: string,
  handle: (tag: bigint, bytes: Uint8Array) => number,
  lpszClassName = `${title}.class`,
): void {
  const procedure = koffi.register(
    (window: unknown, message: number, wParam: unknown, lParam: unknown) => {
      if (message !== WM_COPYDATA) {
        return defWindowProc(window, message, wParam, lParam);
      }
      const data = koffi.decode(lParam, "COPYDATASTRUCT");
      const bytes = data.cbData === 0
        ? new Uint8Array()
        : koffi.decode(data.lpData, "uint8_t", data.cbData);
      return handle(BigInt(data.dwData), bytes);
    },
    koffi.pointer(Procedure),
  );
  registerClass({ cbSize: 80, lpfnWndProc: procedure, lpszClassName });
  createWindow(0, lpszClassName, title, WS_POPUP, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** Handles messages, and waits up to so many ms for one. */
export function pump(milliseconds: number): void {
  waitMessage(0, null, milliseconds, QS_ALLINPUT, 0);
  const message = new Uint8Array(48);
  while (peekMessage(message, 0, 0, 0, PM_REMOVE) > 0) dispatchMessage(message);
}

/** The window with a title, or 0. */
export function findWindow(title: string): number {
  return Number(findWindowW(null, title));
}

/** Sends `WM_COPYDATA`, and waits for the answer. Null where it was not delivered. */
export function send(
  window: number,
  tag: number,
  bytes: Uint8Array,
): number | null {
  const result: [number] = [0];
  const sent = sendMessageTimeout(
    window,
    WM_COPYDATA,
    0,
    { dwData: tag, cbData: bytes.byteLength, lpData: bytes },
    SMTO_ABORTIFHUNG,
    10_000,
    result,
  );
  return Number(sent) === 0 ? null : Number(result[0]);
}
