/**
 * kernel32: processes, jobs, modules, and a process' own properties.
 *
 * @module
 */

import { fn, type Table } from "./table.ts";

/** Some of the functions of kernel32.dll that winipc uses. */
export const PROCESSES = {
  OpenProcess: fn(`(
    dwDesiredAccess: u32, bInheritHandle: i32, dwProcessId: u32,
  ): usize, fails with zero`),
  GetExitCodeProcess: fn(`(
    hProcess: usize, lpExitCode: buffer,
  ): i32, fails with zero`),
  GetProcessTimes: fn(`(
    hProcess: usize, lpCreationTime: buffer, lpExitTime: buffer,
    lpKernelTime: buffer, lpUserTime: buffer,
  ): i32, fails with zero`),
  GetCurrentProcess: fn("(): usize"),
  ProcessIdToSessionId: fn(`(
    dwProcessId: u32, pSessionId: buffer,
  ): i32, fails with zero`),
  GetCurrentProcessId: fn("(): u32"),
  CreateProcessW: fn(`(
    lpApplicationName: text, lpCommandLine: text, lpProcessAttributes: usize,
    lpThreadAttributes: usize, bInheritHandles: i32, dwCreationFlags: u32,
    lpEnvironment: buffer, lpCurrentDirectory: text, lpStartupInfo: buffer,
    lpProcessInformation: buffer,
  ): i32, fails with zero`),
  InitializeProcThreadAttributeList: fn(`(
    lpAttributeList: usize, dwAttributeCount: u32, dwFlags: u32, lpSize: buffer,
  ): i32`),
  UpdateProcThreadAttribute: fn(`(
    lpAttributeList: usize, dwFlags: u32, Attribute: usize, lpValue: usize,
    cbSize: usize, lpPreviousValue: usize, lpReturnSize: usize,
  ): i32, fails with zero`),
  DeleteProcThreadAttributeList: fn("(lpAttributeList: usize): void"),
  ResumeThread: fn("(hThread: usize): u32"),
  TerminateProcess: fn(`(
    hProcess: usize, uExitCode: u32,
  ): i32, fails with zero`),
  CreateJobObjectW: fn(`(
    lpJobAttributes: usize, lpName: usize,
  ): usize, fails with zero`),
  SetInformationJobObject: fn(`(
    hJob: usize, JobObjectInformationClass: i32, lpJobObjectInformation: buffer,
    cbJobObjectInformationLength: u32,
  ): i32, fails with zero`),
  AssignProcessToJobObject: fn(`(
    hJob: usize, hProcess: usize,
  ): i32, fails with zero`),
  TerminateJobObject: fn("(hJob: usize, uExitCode: u32): i32, fails with zero"),
  GetEnvironmentStringsW: fn("(): usize, fails with zero"),
  FreeEnvironmentStringsW: fn("(penv: usize): i32"),
  GetModuleHandleW: fn("(lpModuleName: text): usize, fails with zero"),
  GetModuleHandleExW: fn(`(
    dwFlags: u32, lpModuleName: text, phModule: buffer,
  ): i32, fails with zero`),
  GetProcAddress: fn("(hModule: usize, lpProcName: buffer): usize"),
  GetComputerNameW: fn(`(
    lpBuffer: buffer, nSize: buffer,
  ): i32, fails with zero`),
} as const satisfies Table;
