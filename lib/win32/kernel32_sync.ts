/**
 * kernel32: sync objects, waits, threads, and their synchronization.
 *
 * @module
 */

import { fn, type Table } from "./table.ts";

const OPEN_BY_NAME = `(
  dwDesiredAccess: u32, bInheritHandle: i32, lpName: text,
): usize, fails with zero`;

const WAIT_FOR_MULTIPLE_OBJECTS = `(
  nCount: u32, lpHandles: buffer, bWaitAll: i32, dwMilliseconds: u32,
): u32`;

/** Some of the functions of kernel32.dll that winipc uses. */
export const SYNC = {
  CreateEventW: fn(`(
    lpEventAttributes: buffer, bManualReset: i32, bInitialState: i32,
    lpName: text,
  ): usize, fails with zero`),
  OpenEventW: fn(OPEN_BY_NAME),
  SetEvent: fn("(hEvent: usize): i32, fails with zero"),
  ResetEvent: fn("(hEvent: usize): i32, fails with zero"),
  CreateMutexW: fn(`(
    lpMutexAttributes: buffer, bInitialOwner: i32, lpName: text,
  ): usize, fails with zero`),
  OpenMutexW: fn(OPEN_BY_NAME),
  ReleaseMutex: fn("(hMutex: usize): i32, fails with zero"),
  CreateSemaphoreW: fn(`(
    lpSemaphoreAttributes: buffer, lInitialCount: i32, lMaximumCount: i32,
    lpName: text,
  ): usize, fails with zero`),
  OpenSemaphoreW: fn(OPEN_BY_NAME),
  ReleaseSemaphore: fn(`(
    hSemaphore: usize, lReleaseCount: i32, lpPreviousCount: buffer,
  ): i32, fails with zero`),
  WaitForSingleObject: fn("(hHandle: usize, dwMilliseconds: u32): u32"),
  WaitForMultipleObjects: fn(WAIT_FOR_MULTIPLE_OBJECTS),
  WaitForMultipleObjectsNonblocking: fn(WAIT_FOR_MULTIPLE_OBJECTS, {
    name: "WaitForMultipleObjects",
    nonblocking: true,
  }),
  GetCurrentThread: fn("(): usize"),
  CreateThread: fn(`(
    lpThreadAttributes: usize, dwStackSize: usize, lpStartAddress: usize,
    lpParameter: usize, dwCreationFlags: u32, lpThreadId: usize,
  ): usize, fails with zero`),
  InitializeSListHead: fn("(ListHead: usize): void"),
  InterlockedPushEntrySList: fn("(ListHead: usize, ListEntry: usize): usize"),
  AcquireSRWLockExclusive: fn("(SRWLock: usize): void"),
  ReleaseSRWLockExclusive: fn("(SRWLock: usize): void"),
  WakeConditionVariable: fn("(ConditionVariable: usize): void"),
} as const satisfies Table;
