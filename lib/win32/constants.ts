/**
 * Windows' constants that several modules use, by their own names. A constant of
 * one module is declared there.
 *
 * @module
 */

// Rights of access.
export const GENERIC_READ = 0x8000_0000;
export const GENERIC_WRITE = 0x4000_0000;
export const FILE_READ_ATTRIBUTES = 0x80;
export const FILE_WRITE_ATTRIBUTES = 0x100;
export const SYNCHRONIZE = 0x10_0000;

// `CreateFileW`.
export const OPEN_EXISTING = 3;
export const FILE_FLAG_OVERLAPPED = 0x4000_0000;
export const FILE_ATTRIBUTE_DIRECTORY = 0x10;
export const INVALID_FILE_ATTRIBUTES = 0xffff_ffff;
/** With the NUL. */
export const MAX_PATH = 260;

// Handles.
export const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
export const DUPLICATE_SAME_ACCESS = 2;

// Pipes and mailslots.
export const FILE_FLAG_FIRST_PIPE_INSTANCE = 0x0008_0000;
export const PIPE_TYPE_MESSAGE = 4;
export const PIPE_READMODE_MESSAGE = 2;
export const PIPE_REJECT_REMOTE_CLIENTS = 8;
export const MAILSLOT_WAIT_FOREVER = 0xffff_ffff;

// Waits.
export const INFINITE = 0xffff_ffff;
export const MAXIMUM_WAIT_OBJECTS = 64;
export const WAIT_ABANDONED_0 = 0x80;
export const WAIT_TIMEOUT = 0x102;
export const WAIT_FAILED = 0xffff_ffff;

// Memory.
export const PAGE_READWRITE = 4;

// Windows and their messages.
export const HWND_MESSAGE = 0xffff_ffff_ffff_fffdn;
export const WM_COPYDATA = 0x4a;
