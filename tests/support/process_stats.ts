/** What Windows counts of this process: handles, threads, memory. */

import { SYSTEM32 } from "./system32.ts";

const KERNEL32 = `${SYSTEM32}\\kernel32.dll`;

const SYMBOLS = {
  GetCurrentProcess: { parameters: [], result: "usize" },
  GetProcessHandleCount: { parameters: ["usize", "buffer"], result: "i32" },
  K32GetProcessMemoryInfo: {
    parameters: ["usize", "buffer", "u32"],
    result: "i32",
  },
  CreateToolhelp32Snapshot: { parameters: ["u32", "u32"], result: "usize" },
  Thread32First: { parameters: ["usize", "buffer"], result: "i32" },
  Thread32Next: { parameters: ["usize", "buffer"], result: "i32" },
  CloseHandle: { parameters: ["usize"], result: "i32" },
} as const;

const NTDLL = `${SYSTEM32}\\ntdll.dll`;
const SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
const HANDLE_LIST_HEADER = 16;
const HANDLE_ENTRY_SIZE = 40;
const HANDLE_OWNER_OFFSET = 8;
const HANDLE_TYPE_OFFSET = 30;
const TH32CS_SNAPTHREAD = 4;
const THREADENTRY32_SIZE = 28;
const OWNER_OFFSET = 12;
const MEMORY_COUNTERS_EX_SIZE = 80;
const WORKING_SET_OFFSET = 16;
const PRIVATE_USAGE_OFFSET = 72;

// Opened once for the process, so that no test counts it as its own.
const library = Deno.build.os === "windows"
  ? Deno.dlopen(KERNEL32, SYMBOLS)
  : undefined;
const ntdll = Deno.build.os === "windows"
  ? Deno.dlopen(
    NTDLL,
    {
      NtQuerySystemInformation: {
        parameters: ["u32", "buffer", "u32", "buffer"],
        result: "u32",
      },
    } as const,
  )
  : undefined;

/**
 * `GetProcessHandleCount`; under Wine, where that says 0, those in the list of
 * all handles. (The count in Wine's list of processes is what its table has room
 * for.) Those of no type do not count: Wine gives one to every thread that waits
 * for a completion port in vain, at its first time and until the thread ends.
 */
export function handleCount(): number {
  const { GetCurrentProcess, GetProcessHandleCount } = library!.symbols;
  const count = new Uint32Array(1);
  GetProcessHandleCount(GetCurrentProcess(), count);
  return count[0]! || listedHandleCount();
}

function listedHandleCount(): number {
  handleList ??= new DataView(new ArrayBuffer(1 << 22));
  const status = ntdll!.symbols.NtQuerySystemInformation(
    SYSTEM_EXTENDED_HANDLE_INFORMATION,
    handleList,
    handleList.byteLength,
    new Uint32Array(1),
  );
  if (status !== 0) throw new Error(`Windows lists no handles: ${status}`);
  const all = Number(handleList.getBigUint64(0, true));
  let count = 0;
  for (let i = 0; i < all; i++) {
    const at = HANDLE_LIST_HEADER + i * HANDLE_ENTRY_SIZE;
    if (handleList.getUint32(at + HANDLE_OWNER_OFFSET, true) !== Deno.pid) {
      continue;
    }
    if (handleList.getUint16(at + HANDLE_TYPE_OFFSET, true) !== 0) count++;
  }
  return count;
}

let handleList: DataView<ArrayBuffer> | undefined;

/** The threads of this process, as a Toolhelp snapshot lists them. */
export function threadCount(): number {
  const { CreateToolhelp32Snapshot, Thread32First, Thread32Next, CloseHandle } =
    library!.symbols;
  const snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  const entry = new DataView(new ArrayBuffer(THREADENTRY32_SIZE));
  entry.setUint32(0, THREADENTRY32_SIZE, true);
  let count = 0;
  let more = Thread32First(snapshot, entry);
  while (more !== 0) {
    if (entry.getUint32(OWNER_OFFSET, true) === Deno.pid) count++;
    more = Thread32Next(snapshot, entry);
  }
  CloseHandle(snapshot);
  return count;
}

/** Bytes of memory that are this process' own, and that it holds in RAM. */
export function memory(): { private: number; workingSet: number } {
  const { GetCurrentProcess, K32GetProcessMemoryInfo } = library!.symbols;
  const counters = new DataView(new ArrayBuffer(MEMORY_COUNTERS_EX_SIZE));
  K32GetProcessMemoryInfo(
    GetCurrentProcess(),
    counters,
    MEMORY_COUNTERS_EX_SIZE,
  );
  return {
    private: Number(counters.getBigUint64(PRIVATE_USAGE_OFFSET, true)),
    workingSet: Number(counters.getBigUint64(WORKING_SET_OFFSET, true)),
  };
}
