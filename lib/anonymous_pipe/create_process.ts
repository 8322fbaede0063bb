/**
 * `CreateProcessW`.
 *
 * @module
 */

import { type ErrorHints, toDenoError } from "../io/deno_error.ts";
import { quote } from "../io/format.ts";
import { widePath } from "../io/wide_path.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import {
  field,
  pack,
  PROCESS_INFORMATION,
  STARTUPINFOEXW,
  STARTUPINFOW,
} from "../win32/structs.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { HandleList, Inheriting } from "./handle_list.ts";
import { Job } from "./job.ts";

/** The parameters of a new process. */
export interface ProcessOptions {
  readonly program: string;
  readonly commandLine: string;
  /** Null for the environment of this process. */
  readonly environment: Uint8Array<ArrayBuffer> | null;
  readonly cwd: string | undefined;
  /** 0 for no handle; undefined for those of the child's new console. */
  readonly stdio:
    | Readonly<Record<"stdin" | "stdout" | "stderr", bigint>>
    | undefined;
  /** All handles that it inherits. */
  readonly handles: readonly bigint[];
  readonly endWithParent: boolean;
  /** Whether the child gets a console of its own, with a window. */
  readonly newConsole: boolean;
  /** Whether windows that it does not show explicitly stay hidden. */
  readonly windowsHide: boolean;
  /** Whether it gets a console of its own, without a window. */
  readonly noWindow: boolean;
}

/** A new process. */
export interface NewProcess {
  readonly pid: number;
  /** Its handle, which the caller owns. */
  readonly process: bigint;
  readonly job: Job | undefined;
}

const STARTF_USESHOWWINDOW = 0x1;
const STARTF_USESTDHANDLES = 0x100;
const SW_HIDE = 0;
const CREATE_SUSPENDED = 0x4;
const CREATE_NEW_CONSOLE = 0x10;
const CREATE_UNICODE_ENVIRONMENT = 0x400;
const CREATE_NO_WINDOW = 0x800_0000;
const EXTENDED_STARTUPINFO_PRESENT = 0x8_0000;

/** Starts a process. */
export function createProcess(options: ProcessOptions): NewProcess {
  const job = options.endWithParent ? new Job() : undefined;
  try {
    const created = create(
      options,
      (job === undefined ? 0 : CREATE_SUSPENDED) |
        (options.newConsole ? CREATE_NEW_CONSOLE : 0) |
        (options.noWindow ? CREATE_NO_WINDOW : 0),
    );
    const process = field(PROCESS_INFORMATION, created, "hProcess");
    const thread = field(PROCESS_INFORMATION, created, "hThread");
    const pid = field(PROCESS_INFORMATION, created, "dwProcessId");
    if (job !== undefined) join(job, process, thread);
    kernel32().call.CloseHandle(thread);
    return { pid, process, job };
  } catch (error) {
    job?.close();
    if (!(error instanceof Win32Error)) throw error;
    throw toDenoError(`Cannot start ${quote(options.program)}`, error, HINTS);
  }
}

function create(
  options: ProcessOptions,
  flags: number,
): Uint8Array<ArrayBuffer> {
  const { program, commandLine, environment, cwd, stdio, handles } = options;
  const distinct = [...new Set(handles)];
  using list = distinct.length > 0 ? new HandleList(distinct) : undefined;
  const startup = new Uint8Array(STARTUPINFOEXW.size);
  startup.set(pack(STARTUPINFOEXW, { lpAttributeList: list?.address ?? 0n }));
  startup.set(pack(STARTUPINFOW, {
    cb: STARTUPINFOEXW.size,
    dwFlags: (stdio === undefined ? 0 : STARTF_USESTDHANDLES) |
      (options.windowsHide ? STARTF_USESHOWWINDOW : 0),
    wShowWindow: SW_HIDE,
    hStdInput: stdio?.stdin ?? 0n,
    hStdOutput: stdio?.stdout ?? 0n,
    hStdError: stdio?.stderr ?? 0n,
  }));
  const created = new Uint8Array(PROCESS_INFORMATION.size);
  // Windows may write to the command line, so it gets a copy.
  const words = toUtf16(commandLine);
  using _inheriting = new Inheriting(distinct);
  kernel32().call.CreateProcessW(
    widePath(program),
    words,
    0n,
    0n,
    Number(distinct.length > 0),
    flags | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT,
    environment,
    cwd === undefined ? null : toUtf16(cwd),
    startup,
    created,
  );
  return created;
}

/**
 * The process has not started yet, so the job includes everything that it
 * starts.
 */
function join(job: Job, process: bigint, thread: bigint): void {
  const { raw, call } = kernel32();
  try {
    job.add(process);
    raw.ResumeThread(thread);
  } catch (error) {
    raw.TerminateProcess(process, 1);
    call.CloseHandle(thread);
    call.CloseHandle(process);
    throw error;
  }
}

/** AppLocker, App Control and Smart App Control. */
const BLOCKED = [
  Deno.errors.PermissionDenied,
  "a policy of this computer blocks it",
] as const;
const INFECTED = [
  Deno.errors.PermissionDenied,
  "the virus protection of this computer blocks it",
] as const;

const HINTS: ErrorHints = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such program",
  [ERROR.ERROR_PATH_NOT_FOUND]: "there is no such program",
  [ERROR.ERROR_DIRECTORY]: [
    Deno.errors.NotFound,
    "there is no such working folder",
  ],
  [ERROR.ERROR_BAD_EXE_FORMAT]: [TypeError, "it is not a Windows program"],
  [ERROR.ERROR_EXE_MACHINE_TYPE_MISMATCH]: [
    TypeError,
    "it is a program for another kind of processor",
  ],
  [ERROR.ERROR_ELEVATION_REQUIRED]: [
    Deno.errors.PermissionDenied,
    "it needs administrator rights",
  ],
  [ERROR.ERROR_VIRUS_INFECTED]: INFECTED,
  [ERROR.ERROR_VIRUS_DELETED]: INFECTED,
  [ERROR.ERROR_ACCESS_DISABLED_BY_POLICY]: BLOCKED,
  [ERROR.ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION]: BLOCKED,
  [ERROR.ERROR_SYSTEM_INTEGRITY_REPUTATION_MALICIOUS]: BLOCKED,
  [ERROR.ERROR_SYSTEM_INTEGRITY_REPUTATION_PUA]: BLOCKED,
  [ERROR.ERROR_SYSTEM_INTEGRITY_REPUTATION_DANGEROUS_EXT]: BLOCKED,
};
