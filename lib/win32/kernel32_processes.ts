/**
 * kernel32: processes, jobs, modules, and a process' own properties.
 *
 * @module
 */

import type { Table } from "./table.ts";

/** Some of the functions of kernel32.dll that winipc uses. */
export const PROCESSES = {
  OpenProcess: {
    parameters: [
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["dwProcessId", "u32"],
    ],
    result: "usize",
    fails: "zero",
  },
  GetExitCodeProcess: {
    parameters: [
      ["hProcess", "usize"],
      ["lpExitCode", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetProcessTimes: {
    parameters: [
      ["hProcess", "usize"],
      ["lpCreationTime", "buffer"],
      ["lpExitTime", "buffer"],
      ["lpKernelTime", "buffer"],
      ["lpUserTime", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetCurrentProcess: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  ProcessIdToSessionId: {
    parameters: [
      ["dwProcessId", "u32"],
      ["pSessionId", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetCurrentProcessId: {
    parameters: [],
    result: "u32",
    fails: "never",
  },
  CreateProcessW: {
    parameters: [
      ["lpApplicationName", "buffer"],
      ["lpCommandLine", "buffer"],
      ["lpProcessAttributes", "usize"],
      ["lpThreadAttributes", "usize"],
      ["bInheritHandles", "i32"],
      ["dwCreationFlags", "u32"],
      ["lpEnvironment", "buffer"],
      ["lpCurrentDirectory", "buffer"],
      ["lpStartupInfo", "buffer"],
      ["lpProcessInformation", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  InitializeProcThreadAttributeList: {
    parameters: [
      ["lpAttributeList", "usize"],
      ["dwAttributeCount", "u32"],
      ["dwFlags", "u32"],
      ["lpSize", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  UpdateProcThreadAttribute: {
    parameters: [
      ["lpAttributeList", "usize"],
      ["dwFlags", "u32"],
      ["Attribute", "usize"],
      ["lpValue", "usize"],
      ["cbSize", "usize"],
      ["lpPreviousValue", "usize"],
      ["lpReturnSize", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  DeleteProcThreadAttributeList: {
    parameters: [
      ["lpAttributeList", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  ResumeThread: {
    parameters: [
      ["hThread", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  TerminateProcess: {
    parameters: [
      ["hProcess", "usize"],
      ["uExitCode", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateJobObjectW: {
    parameters: [
      ["lpJobAttributes", "usize"],
      ["lpName", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  SetInformationJobObject: {
    parameters: [
      ["hJob", "usize"],
      ["JobObjectInformationClass", "i32"],
      ["lpJobObjectInformation", "buffer"],
      ["cbJobObjectInformationLength", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  AssignProcessToJobObject: {
    parameters: [
      ["hJob", "usize"],
      ["hProcess", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  TerminateJobObject: {
    parameters: [
      ["hJob", "usize"],
      ["uExitCode", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetEnvironmentStringsW: {
    parameters: [],
    result: "usize",
    fails: "zero",
  },
  FreeEnvironmentStringsW: {
    parameters: [
      ["penv", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  GetModuleHandleW: {
    parameters: [
      ["lpModuleName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  GetModuleHandleExW: {
    parameters: [
      ["dwFlags", "u32"],
      ["lpModuleName", "buffer"],
      ["phModule", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetProcAddress: {
    parameters: [
      ["hModule", "usize"],
      ["lpProcName", "buffer"],
    ],
    result: "usize",
    fails: "never",
  },
  GetComputerNameW: {
    parameters: [
      ["lpBuffer", "buffer"],
      ["nSize", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
} as const satisfies Table;
