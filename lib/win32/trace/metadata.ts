/**
 * Information about Windows' functions that their tables lack: what they do to
 * objects, which arguments are their handles, and how a status fails.
 *
 * @module
 */

import type { BoundFunction } from "../binding.ts";
import type { TraceAction } from "./record.ts";
import { INVALID_HANDLE_VALUE, WAIT_FAILED } from "../constants.ts";

const FUNCTIONS: Readonly<Record<TraceAction, readonly string[]>> = {
  create: [
    "CreateEventW",
    "CreateFileMappingW",
    "CreateMailslotW",
    "CreateMutexW",
    "CreateNamedPipeW",
    "CreateProcessW",
    "CreateSemaphoreW",
    "CreateWindowExW",
    "NtCreateMailslotFile",
    "RpcServerUseProtseqEpW",
  ],
  open: [
    "CreateFileW",
    "MapViewOfFile",
    "NtOpenDirectoryObject",
    "NtOpenSymbolicLinkObject",
    "OpenClipboard",
    "OpenEventW",
    "OpenFileMappingW",
    "OpenMutexW",
    "OpenProcess",
    "OpenSemaphoreW",
  ],
  write: [
    "EmptyClipboard",
    "FlushViewOfFile",
    "I_RpcSendReceive",
    "PostMessageW",
    "ReleaseMutex",
    "ReleaseSemaphore",
    "ResetEvent",
    "SendMessageTimeoutW",
    "SetClipboardData",
    "SetEvent",
    "SetFileInformationByHandle",
    "TransactNamedPipe",
    "WriteFile",
  ],
  read: [
    "GetClipboardData",
    "GetMailslotInfo",
    "NtQueryDirectoryObject",
    "NtQuerySymbolicLinkObject",
    "PeekNamedPipe",
    "ReadFile",
  ],
  wait: [
    "ConnectNamedPipe",
    "GetMessageW",
    "GetQueuedCompletionStatusEx",
    "MsgWaitForMultipleObjectsEx",
    "WaitForMultipleObjects",
    "WaitForSingleObject",
    "WaitNamedPipeW",
  ],
  close: [
    "CloseClipboard",
    "CloseHandle",
    "DestroyWindow",
    "DisconnectNamedPipe",
    "UnmapViewOfFile",
  ],
};

const ACTIONS: ReadonlyMap<string, TraceAction> = new Map(
  Object.entries(FUNCTIONS).flatMap(([action, names]) =>
    names.map((name) => [name, action as TraceAction])
  ),
);

/** The effect of a function on an object. */
export function actionOf(name: string): TraceAction | undefined {
  return ACTIONS.get(name);
}

/** The parameters that are handles of objects. */
const HANDLES: ReadonlySet<string> = new Set([
  "FileHandle",
  "hEvent",
  "hFile",
  "hFileMappingObject",
  "hHandle",
  "hMailslot",
  "hMutex",
  "hNamedPipe",
  "hObject",
  "hProcess",
  "hSemaphore",
  "hSourceHandle",
]);

/** Whether a parameter of that name is a handle of an object. */
export function isHandle(parameter: string): boolean {
  return HANDLES.has(parameter);
}

/** Whether `result` is a failure of a function. */
export function hasFailed(bound: BoundFunction, result: unknown): boolean {
  const { name, declaration: { fails } } = bound;
  const zero = result === 0 || result === 0n;
  if (fails === "zero") return zero;
  if (fails === "invalid handle") return result === INVALID_HANDLE_VALUE;
  // An NTSTATUS fails below 0: STATUS_MORE_ENTRIES is a success.
  if (/^Nt/.test(name)) return result !== undefined && (Number(result) | 0) < 0;
  // An RPC_STATUS: 0 means success.
  if (/^(I_)?Rpc/.test(name)) return result !== undefined && !zero;
  return /^Wait/.test(name) && result === WAIT_FAILED;
}
