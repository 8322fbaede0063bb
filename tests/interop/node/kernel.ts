// Windows' functions for Node, by koffi, whose folder WINIPC_TEST_KOFFI names.
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const koffi = require(process.env.WINIPC_TEST_KOFFI!);
const kernel32 = koffi.load("kernel32.dll");

/** Declares one function in C. */
// deno-lint-ignore no-explicit-any
function declare(prototype: string): (...args: unknown[]) => any {
  return kernel32.func(prototype);
}

const openFileMapping = declare(
  "void *OpenFileMappingW(uint32_t access, int inherit, str16 name)",
);
const mapViewOfFile = declare(
  "void *MapViewOfFile(void *map, uint32_t access, uint32_t high, uint32_t low, size_t length)",
);
const createEventW = declare(
  "void *CreateEventW(void *security, int manual, int set, str16 name)",
);
const getProcessTimes = declare(
  "int GetProcessTimes(void *process, uint64_t *created, uint64_t *ended, uint64_t *kernel, uint64_t *user)",
);
const getCurrentProcess = declare("void *GetCurrentProcess()");

/** `SetEvent`. */
export const setEvent = declare("int SetEvent(void *event)");
/** `WaitForSingleObject`. */
export const waitForSingleObject = declare(
  "uint32_t WaitForSingleObject(void *object, uint32_t milliseconds)",
);

/** An auto-reset event, new or there already. */
export function createEvent(name: string): unknown {
  return createEventW(null, 0, 0, name);
}

/** The first `size` bytes of the section `name`. */
export function mapSection(name: string, size: number): ArrayBuffer {
  const readWrite = 6;
  const section = openFileMapping(readWrite, 0, name);
  const address = mapViewOfFile(section, readWrite, 0, 0, 0);
  return koffi.view(address, size);
}

/** When this process began. */
export function began(): bigint {
  const created = new BigUint64Array(1);
  const rest = new BigUint64Array(1);
  getProcessTimes(getCurrentProcess(), created, rest, rest, rest);
  return created[0]!;
}
