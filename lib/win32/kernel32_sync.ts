/**
 * kernel32: sync objects, waits, threads, and their synchronization.
 *
 * @module
 */

import type { Table } from "./table.ts";

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
  OpenEventW: {
    parameters: [
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  SetEvent: {
    parameters: [
      ["hEvent", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  ResetEvent: {
    parameters: [
      ["hEvent", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateMutexW: {
    parameters: [
      ["lpMutexAttributes", "buffer"],
      ["bInitialOwner", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  OpenMutexW: {
    parameters: [
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
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
  OpenSemaphoreW: {
    parameters: [
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
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
  AcquireSRWLockExclusive: {
    parameters: [
      ["SRWLock", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  ReleaseSRWLockExclusive: {
    parameters: [
      ["SRWLock", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  WakeConditionVariable: {
    parameters: [
      ["ConditionVariable", "usize"],
    ],
    result: "void",
    fails: "never",
  },
} as const satisfies Table;
