/**
 * kernel32: named pipes and mailslots.
 *
 * @module
 */

import { fn, type Table } from "./table.ts";

/** Some of the functions of kernel32.dll that winipc uses. */
export const PIPES = {
  CreateNamedPipeW: fn(`(
    lpName: text, dwOpenMode: u32, dwPipeMode: u32, nMaxInstances: u32,
    nOutBufferSize: u32, nInBufferSize: u32, nDefaultTimeOut: u32,
    lpSecurityAttributes: buffer,
  ): usize, fails with invalid handle`),
  ConnectNamedPipe: fn(`(
    hNamedPipe: usize, lpOverlapped: usize,
  ): i32, fails with zero`),
  DisconnectNamedPipe: fn("(hNamedPipe: usize): i32, fails with zero"),
  SetNamedPipeHandleState: fn(`(
    hNamedPipe: usize, lpMode: buffer, lpMaxCollectionCount: usize,
    lpCollectDataTimeout: usize,
  ): i32, fails with zero`),
  GetNamedPipeHandleStateW: fn(`(
    hNamedPipe: usize, lpState: buffer, lpCurInstances: buffer,
    lpMaxCollectionCount: usize, lpCollectDataTimeout: usize, lpUserName: usize,
    nMaxUserNameSize: u32,
  ): i32, fails with zero`),
  GetNamedPipeInfo: fn(`(
    hNamedPipe: usize, lpFlags: buffer, lpOutBufferSize: buffer,
    lpInBufferSize: buffer, lpMaxInstances: buffer,
  ): i32, fails with zero`),
  PeekNamedPipe: fn(`(
    hNamedPipe: usize, lpBuffer: buffer, nBufferSize: u32, lpBytesRead: buffer,
    lpTotalBytesAvail: buffer, lpBytesLeftThisMessage: buffer,
  ): i32, fails with zero`),
  TransactNamedPipe: fn(`(
    hNamedPipe: usize, lpInBuffer: usize, nInBufferSize: u32,
    lpOutBuffer: usize, nOutBufferSize: u32, lpBytesRead: usize,
    lpOverlapped: usize,
  ): i32, fails with zero`),
  WaitNamedPipeW: fn(`(
    lpNamedPipeName: text, nTimeOut: u32,
  ): i32, fails with zero`),
  GetNamedPipeClientProcessId: fn(`(
    Pipe: usize, ClientProcessId: buffer,
  ): i32, fails with zero`),
  GetNamedPipeClientSessionId: fn(`(
    Pipe: usize, ClientSessionId: buffer,
  ): i32, fails with zero`),
  // Missing in Wine.
  GetNamedPipeClientComputerNameW: fn(
    `(
      Pipe: usize, ClientComputerName: text, ClientComputerNameLength: u32,
    ): i32, fails with zero`,
    { optional: true },
  ),
  GetNamedPipeServerProcessId: fn(`(
    Pipe: usize, ServerProcessId: buffer,
  ): i32, fails with zero`),
  GetNamedPipeServerSessionId: fn(`(
    Pipe: usize, ServerSessionId: buffer,
  ): i32, fails with zero`),
  CreateMailslotW: fn(`(
    lpName: text, nMaxMessageSize: u32, lReadTimeout: u32,
    lpSecurityAttributes: buffer,
  ): usize, fails with invalid handle`),
  GetMailslotInfo: fn(`(
    hMailslot: usize, lpMaxMessageSize: buffer, lpNextSize: buffer,
    lpMessageCount: buffer, lpReadTimeout: buffer,
  ): i32, fails with zero`),
  SetMailslotInfo: fn(`(
    hMailslot: usize, lReadTimeout: u32,
  ): i32, fails with zero`),
} as const satisfies Table;
