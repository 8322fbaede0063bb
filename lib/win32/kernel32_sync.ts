/**
 * kernel32: sync objects, waits, threads, and their synchronization.
 *
 * @module
 */

import type { Table } from "./table.ts";

const OPEN_BY_NAME = {
  parameters: [
    ["dwDesiredAccess", "u32"],
    ["bInheritHandle", "i32"],
    ["lpName", "buffer"],
  ],
  result: "usize",
  fails: "zero",
} as const;

const CHANGE_EVENT = {
  parameters: [
    ["hEvent", "usize"],
  ],
  result: "i32",
  fails: "zero",
} as const;

const CHANGE_LOCK = {
  parameters: [
    ["SRWLock", "usize"],
  ],
  result: "void",
  fails: "never",
} as const;

const WAIT_FOR_MULTIPLE_OBJECTS = {
  parameters: [
    ["nCount", "u32"],
    ["lpHandles", "buffer"],
    ["bWaitAll", "i32"],
    ["dwMilliseconds", "u32"],
  ],
  result: "u32",
  fails: "never",
} as const;

/** Some of the functions of kernel32.dll that winipc uses. */
export const SYNC = {
  CreateEventW: {
    parameters: [
      ["lpEventAttributes", "buffer"],
      ["bManualReset", "i32"],
      ["bInitialState", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  OpenEventW: OPEN_BY_NAME,
  SetEvent: CHANGE_EVENT,
  ResetEvent: CHANGE_EVENT,
  CreateMutexW: {
    parameters: [
      ["lpMutexAttributes", "buffer"],
      ["bInitialOwner", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  OpenMutexW: OPEN_BY_NAME,
  ReleaseMutex: {
    parameters: [
      ["hMutex", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateSemaphoreW: {
    parameters: [
      ["lpSemaphoreAttributes", "buffer"],
      ["lInitialCount", "i32"],
      ["lMaximumCount", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  OpenSemaphoreW: OPEN_BY_NAME,
  ReleaseSemaphore: {
    parameters: [
      ["hSemaphore", "usize"],
      ["lReleaseCount", "i32"],
      ["lpPreviousCount", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  WaitForSingleObject: {
    parameters: [
      ["hHandle", "usize"],
      ["dwMilliseconds", "u32"],
    ],
    result: "u32",
    fails: "never",
  },
  WaitForMultipleObjects: WAIT_FOR_MULTIPLE_OBJECTS,
  WaitForMultipleObjectsNonblocking: {
    ...WAIT_FOR_MULTIPLE_OBJECTS,
    name: "WaitForMultipleObjects",
    nonblocking: true,
  },
  GetCurrentThread: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  CreateThread: {
    parameters: [
      ["lpThreadAttributes", "usize"],
      ["dwStackSize", "usize"],
      ["lpStartAddress", "usize"],
      ["lpParameter", "usize"],
      ["dwCreationFlags", "u32"],
      ["lpThreadId", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  InitializeSListHead: {
    parameters: [
      ["ListHead", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  InterlockedPushEntrySList: {
    parameters: [
      ["ListHead", "usize"],
      ["ListEntry", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  AcquireSRWLockExclusive: CHANGE_LOCK,
  ReleaseSRWLockExclusive: CHANGE_LOCK,
  WakeConditionVariable: {
    parameters: [
      ["ConditionVariable", "usize"],
    ],
    result: "void",
    fails: "never",
  },
} as const satisfies Table;
