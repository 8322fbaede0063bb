/**
 * kernel32: handles, completion ports, memory, pipes, mailslots, sync objects,
 * waits, sections, processes, jobs and the clipboard's memory.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of kernel32.dll in use. */
export const KERNEL32_TABLE = {
  CloseHandle: {
    parameters: [
      ["hObject", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateFileW: {
    parameters: [
      ["lpFileName", "buffer"],
      ["dwDesiredAccess", "u32"],
      ["dwShareMode", "u32"],
      ["lpSecurityAttributes", "usize"],
      ["dwCreationDisposition", "u32"],
      ["dwFlagsAndAttributes", "u32"],
      ["hTemplateFile", "usize"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  ReadFile: {
    parameters: [
      ["hFile", "usize"],
      ["lpBuffer", "usize"],
      ["nNumberOfBytesToRead", "u32"],
      ["lpNumberOfBytesRead", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  // The overlapped form: data in native memory, which outlives the call.
  WriteFile: {
    parameters: [
      ["hFile", "usize"],
      ["lpBuffer", "usize"],
      ["nNumberOfBytesToWrite", "u32"],
      ["lpNumberOfBytesWritten", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  // The synchronous form, for handles that never wait.
  WriteFileNow: {
    name: "WriteFile",
    parameters: [
      ["hFile", "usize"],
      ["lpBuffer", "buffer"],
      ["nNumberOfBytesToWrite", "u32"],
      ["lpNumberOfBytesWritten", "buffer"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateIoCompletionPort: {
    parameters: [
      ["FileHandle", "usize"],
      ["ExistingCompletionPort", "usize"],
      ["CompletionKey", "usize"],
      ["NumberOfConcurrentThreads", "u32"],
    ],
    result: "usize",
    fails: "zero",
  },
  GetQueuedCompletionStatusEx: {
    parameters: [
      ["CompletionPort", "usize"],
      ["lpCompletionPortEntries", "buffer"],
      ["ulCount", "u32"],
      ["ulNumEntriesRemoved", "buffer"],
      ["dwMilliseconds", "u32"],
      ["fAlertable", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  ParkOnCompletionPort: {
    name: "GetQueuedCompletionStatusEx",
    parameters: [
      ["CompletionPort", "usize"],
      ["lpCompletionPortEntries", "buffer"],
      ["ulCount", "u32"],
      ["ulNumEntriesRemoved", "buffer"],
      ["dwMilliseconds", "u32"],
      ["fAlertable", "i32"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  PostQueuedCompletionStatus: {
    parameters: [
      ["CompletionPort", "usize"],
      ["dwNumberOfBytesTransferred", "u32"],
      ["dwCompletionKey", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetFileCompletionNotificationModes: {
    parameters: [
      ["FileHandle", "usize"],
      ["Flags", "u8"],
    ],
    result: "i32",
    fails: "zero",
  },
  CancelIoEx: {
    parameters: [
      ["hFile", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  GetOverlappedResult: {
    parameters: [
      ["hFile", "usize"],
      ["lpOverlapped", "usize"],
      ["lpNumberOfBytesTransferred", "buffer"],
      ["bWait", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  GetProcessHeap: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  HeapAlloc: {
    parameters: [
      ["hHeap", "usize"],
      ["dwFlags", "u32"],
      ["dwBytes", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  HeapFree: {
    parameters: [
      ["hHeap", "usize"],
      ["dwFlags", "u32"],
      ["lpMem", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  LocalFree: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  // JavaScript memory to native memory.
  CopyIn: {
    name: "RtlMoveMemory",
    parameters: [
      ["Destination", "usize"],
      ["Source", "buffer"],
      ["Length", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  // Native memory to JavaScript memory.
  CopyOut: {
    name: "RtlMoveMemory",
    parameters: [
      ["Destination", "buffer"],
      ["Source", "usize"],
      ["Length", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  GetCurrentThread: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  SwitchThread: {
    name: "SwitchToThread",
    parameters: [],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
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
  FindFirstFileW: {
    parameters: [
      ["lpFileName", "buffer"],
      ["lpFindFileData", "buffer"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  FindNextFileW: {
    parameters: [
      ["hFindFile", "usize"],
      ["lpFindFileData", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  FindClose: {
    parameters: [
      ["hFindFile", "usize"],
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
  WaitForMultipleObjects: {
    parameters: [
      ["nCount", "u32"],
      ["lpHandles", "buffer"],
      ["bWaitAll", "i32"],
      ["dwMilliseconds", "u32"],
    ],
    result: "u32",
    fails: "never",
  },
  ParkOnObjects: {
    name: "WaitForMultipleObjects",
    parameters: [
      ["nCount", "u32"],
      ["lpHandles", "buffer"],
      ["bWaitAll", "i32"],
      ["dwMilliseconds", "u32"],
    ],
    result: "u32",
    fails: "never",
    nonblocking: true,
  },
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
  GetCurrentProcessId: {
    parameters: [],
    result: "u32",
    fails: "never",
  },
  CreateFileMappingW: {
    parameters: [
      ["hFile", "usize"],
      ["lpFileMappingAttributes", "buffer"],
      ["flProtect", "u32"],
      ["dwMaximumSizeHigh", "u32"],
      ["dwMaximumSizeLow", "u32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  OpenFileMappingW: {
    parameters: [
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  MapViewOfFile: {
    parameters: [
      ["hFileMappingObject", "usize"],
      ["dwDesiredAccess", "u32"],
      ["dwFileOffsetHigh", "u32"],
      ["dwFileOffsetLow", "u32"],
      ["dwNumberOfBytesToMap", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  UnmapViewOfFile: {
    parameters: [
      ["lpBaseAddress", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushViewOfFile: {
    parameters: [
      ["lpBaseAddress", "usize"],
      ["dwNumberOfBytesToFlush", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushViewOfFileSlowly: {
    name: "FlushViewOfFile",
    parameters: [
      ["lpBaseAddress", "usize"],
      ["dwNumberOfBytesToFlush", "usize"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  FlushFileBuffers: {
    parameters: [
      ["hFile", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushFileBuffersSlowly: {
    name: "FlushFileBuffers",
    parameters: [
      ["hFile", "usize"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  VirtualQuery: {
    parameters: [
      ["lpAddress", "usize"],
      ["lpBuffer", "buffer"],
      ["dwLength", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  ReadProcessMemory: {
    parameters: [
      ["hProcess", "usize"],
      ["lpBaseAddress", "usize"],
      ["lpBuffer", "buffer"],
      ["nSize", "usize"],
      ["lpNumberOfBytesRead", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  // From JavaScript memory of this process to native memory of it.
  ReadOwnMemory: {
    name: "ReadProcessMemory",
    parameters: [
      ["hProcess", "usize"],
      ["lpBaseAddress", "buffer"],
      ["lpBuffer", "usize"],
      ["nSize", "usize"],
      ["lpNumberOfBytesRead", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetFileSizeEx: {
    parameters: [
      ["hFile", "usize"],
      ["lpFileSize", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetFileInformationByHandle: {
    parameters: [
      ["hFile", "usize"],
      ["FileInformationClass", "i32"],
      ["lpFileInformation", "buffer"],
      ["dwBufferSize", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetFileAttributesW: {
    parameters: [
      ["lpFileName", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  GlobalAlloc: {
    parameters: [
      ["uFlags", "u32"],
      ["dwBytes", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  GlobalFree: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  GlobalLock: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  GlobalUnlock: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  GlobalSize: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  MultiByteToWideChar: {
    parameters: [
      ["CodePage", "u32"],
      ["dwFlags", "u32"],
      ["lpMultiByteStr", "buffer"],
      ["cbMultiByte", "i32"],
      ["lpWideCharStr", "buffer"],
      ["cchWideChar", "i32"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetModuleHandleW: {
    parameters: [
      ["lpModuleName", "buffer"],
    ],
    result: "usize",
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
  // For handles that are not overlapped: waits on another thread.
  ReadFileSlowly: {
    name: "ReadFile",
    parameters: [
      ["hFile", "usize"],
      ["lpBuffer", "usize"],
      ["nNumberOfBytesToRead", "u32"],
      ["lpNumberOfBytesRead", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  WriteFileSlowly: {
    name: "WriteFile",
    parameters: [
      ["hFile", "usize"],
      ["lpBuffer", "usize"],
      ["nNumberOfBytesToWrite", "u32"],
      ["lpNumberOfBytesWritten", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  GetFileType: {
    parameters: [
      ["hFile", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  GetStdHandle: {
    parameters: [
      ["nStdHandle", "u32"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  GetHandleInformation: {
    parameters: [
      ["hObject", "usize"],
      ["lpdwFlags", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetHandleInformation: {
    parameters: [
      ["hObject", "usize"],
      ["dwMask", "u32"],
      ["dwFlags", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  DuplicateHandle: {
    parameters: [
      ["hSourceProcessHandle", "usize"],
      ["hSourceHandle", "usize"],
      ["hTargetProcessHandle", "usize"],
      ["lpTargetHandle", "buffer"],
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["dwOptions", "u32"],
    ],
    result: "i32",
    fails: "zero",
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
  SearchPathW: {
    parameters: [
      ["lpPath", "buffer"],
      ["lpFileName", "buffer"],
      ["lpExtension", "buffer"],
      ["nBufferLength", "u32"],
      ["lpBuffer", "buffer"],
      ["lpFilePart", "usize"],
    ],
    result: "u32",
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
  StringLength: {
    name: "lstrlenW",
    parameters: [
      ["lpString", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  VirtualAlloc: {
    parameters: [
      ["lpAddress", "usize"],
      ["dwSize", "usize"],
      ["flAllocationType", "u32"],
      ["flProtect", "u32"],
    ],
    result: "usize",
    fails: "zero",
  },
  VirtualProtect: {
    parameters: [
      ["lpAddress", "usize"],
      ["dwSize", "usize"],
      ["flNewProtect", "u32"],
      ["lpflOldProtect", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushInstructionCache: {
    parameters: [
      ["hProcess", "usize"],
      ["lpBaseAddress", "usize"],
      ["dwSize", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  RtlAddFunctionTable: {
    parameters: [
      ["FunctionTable", "usize"],
      ["EntryCount", "u32"],
      ["BaseAddress", "usize"],
    ],
    result: "u8",
    fails: "zero",
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
  // Calls InitFn: lib/win32/memory_code.ts says what for.
  InitOnceExecuteOnce: {
    parameters: [
      ["InitOnce", "buffer"],
      ["InitFn", "usize"],
      ["Parameter", "buffer"],
      ["Context", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  InitializeSListHead: {
    parameters: [
      ["ListHead", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  InterlockedFlushSList: {
    parameters: [
      ["ListHead", "usize"],
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
  // Fails by 0 when the time is over.
  SleepConditionVariableSRW: {
    parameters: [
      ["ConditionVariable", "usize"],
      ["SRWLock", "usize"],
      ["dwMilliseconds", "u32"],
      ["Flags", "u32"],
    ],
    result: "i32",
    fails: "never",
  },
  WakeConditionVariable: {
    parameters: [
      ["ConditionVariable", "usize"],
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
  GetModuleHandleExW: {
    parameters: [
      ["dwFlags", "u32"],
      ["lpModuleName", "buffer"],
      ["phModule", "buffer"],
    ],
    result: "i32",
    fails: "zero",
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

/** Opens kernel32 on the first call. */
export const kernel32 = library("kernel32.dll", KERNEL32_TABLE);
