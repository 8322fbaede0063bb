/**
 * kernel32: named pipes and mailslots.
 *
 * @module
 */

import type { Table } from "./table.ts";

/** Some of the functions of kernel32.dll that winipc uses. */
export const PIPES = {
  CreateNamedPipeW: {
    parameters: [
      ["lpName", "buffer"],
      ["dwOpenMode", "u32"],
      ["dwPipeMode", "u32"],
      ["nMaxInstances", "u32"],
      ["nOutBufferSize", "u32"],
      ["nInBufferSize", "u32"],
      ["nDefaultTimeOut", "u32"],
      ["lpSecurityAttributes", "buffer"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  ConnectNamedPipe: {
    parameters: [
      ["hNamedPipe", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  DisconnectNamedPipe: {
    parameters: [
      ["hNamedPipe", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetNamedPipeHandleState: {
    parameters: [
      ["hNamedPipe", "usize"],
      ["lpMode", "buffer"],
      ["lpMaxCollectionCount", "usize"],
      ["lpCollectDataTimeout", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetNamedPipeHandleStateW: {
    parameters: [
      ["hNamedPipe", "usize"],
      ["lpState", "buffer"],
      ["lpCurInstances", "buffer"],
      ["lpMaxCollectionCount", "usize"],
      ["lpCollectDataTimeout", "usize"],
      ["lpUserName", "usize"],
      ["nMaxUserNameSize", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetNamedPipeInfo: {
    parameters: [
      ["hNamedPipe", "usize"],
      ["lpFlags", "buffer"],
      ["lpOutBufferSize", "buffer"],
      ["lpInBufferSize", "buffer"],
      ["lpMaxInstances", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  PeekNamedPipe: {
    parameters: [
      ["hNamedPipe", "usize"],
      ["lpBuffer", "buffer"],
      ["nBufferSize", "u32"],
      ["lpBytesRead", "buffer"],
      ["lpTotalBytesAvail", "buffer"],
      ["lpBytesLeftThisMessage", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  TransactNamedPipe: {
    parameters: [
      ["hNamedPipe", "usize"],
      ["lpInBuffer", "usize"],
      ["nInBufferSize", "u32"],
      ["lpOutBuffer", "usize"],
      ["nOutBufferSize", "u32"],
      ["lpBytesRead", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  WaitNamedPipeW: {
    parameters: [
      ["lpNamedPipeName", "buffer"],
      ["nTimeOut", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetNamedPipeClientProcessId: {
    parameters: [
      ["Pipe", "usize"],
      ["ClientProcessId", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetNamedPipeClientSessionId: {
    parameters: [
      ["Pipe", "usize"],
      ["ClientSessionId", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetNamedPipeClientComputerNameW: {
    parameters: [
      ["Pipe", "usize"],
      ["ClientComputerName", "buffer"],
      ["ClientComputerNameLength", "u32"],
    ],
    result: "i32",
    fails: "zero",
    // Missing in Wine.
    optional: true,
  },
  GetNamedPipeServerProcessId: {
    parameters: [
      ["Pipe", "usize"],
      ["ServerProcessId", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetNamedPipeServerSessionId: {
    parameters: [
      ["Pipe", "usize"],
      ["ServerSessionId", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateMailslotW: {
    parameters: [
      ["lpName", "buffer"],
      ["nMaxMessageSize", "u32"],
      ["lReadTimeout", "u32"],
      ["lpSecurityAttributes", "buffer"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  GetMailslotInfo: {
    parameters: [
      ["hMailslot", "usize"],
      ["lpMaxMessageSize", "buffer"],
      ["lpNextSize", "buffer"],
      ["lpMessageCount", "buffer"],
      ["lpReadTimeout", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetMailslotInfo: {
    parameters: [
      ["hMailslot", "usize"],
      ["lReadTimeout", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
} as const satisfies Table;
