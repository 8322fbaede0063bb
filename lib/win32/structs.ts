/**
 * Layouts of the Windows structs that winipc uses, for x64, and functions to
 * fill and read them as bytes. Pure: no native calls, no pointers.
 *
 * @module
 */

/** The size of a struct in bytes and, by Windows' own names, the offset and type of its fields. */
export interface Layout {
  readonly size: number;
  readonly fields: Readonly<Record<string, readonly [number, FieldType]>>;
}

/** A number in memory; addresses and handles are `usize`. */
export type FieldType = "u16" | "u32" | "i32" | "usize";

/** The layout of a struct of `size` bytes. */
export function struct<const F extends Layout["fields"]>(
  size: number,
  fields: F,
): { readonly size: number; readonly fields: F } {
  return { size, fields };
}

type Values<L extends Layout> = {
  [K in keyof L["fields"]]?: number | bigint;
};

/**
 * `OVERLAPPED`: a pending operation. `Internal` is its NTSTATUS, `InternalHigh`
 * the bytes moved.
 */
export const OVERLAPPED = struct(32, {
  Internal: [0, "usize"],
  InternalHigh: [8, "usize"],
  hEvent: [24, "usize"],
});

/** `OVERLAPPED_ENTRY`: an entry of a completion port. */
export const OVERLAPPED_ENTRY = struct(32, {
  lpOverlapped: [8, "usize"],
  Internal: [16, "usize"],
  dwNumberOfBytesTransferred: [24, "u32"],
});

/** `SECURITY_ATTRIBUTES`: who may open a new object, and whether children inherit its handle. */
export const SECURITY_ATTRIBUTES = struct(24, {
  nLength: [0, "u32"],
  lpSecurityDescriptor: [8, "usize"],
  bInheritHandle: [16, "i32"],
});

/** `UNICODE_STRING`: ntdll's counted wide string; lengths are in bytes. */
export const UNICODE_STRING = struct(16, {
  Length: [0, "u16"],
  MaximumLength: [2, "u16"],
  Buffer: [8, "usize"],
});

/** `OBJECT_ATTRIBUTES`: the name of an object for ntdll. */
export const OBJECT_ATTRIBUTES = struct(48, {
  Length: [0, "u32"],
  RootDirectory: [8, "usize"],
  ObjectName: [16, "usize"],
  Attributes: [24, "u32"],
  SecurityDescriptor: [32, "usize"],
  SecurityQualityOfService: [40, "usize"],
});

/** `SECURITY_QUALITY_OF_SERVICE`: how far a server may act as its client. */
export const SECURITY_QUALITY_OF_SERVICE = struct(12, {
  Length: [0, "u32"],
  ImpersonationLevel: [4, "i32"],
});

/** `WIN32_FIND_DATAW`: an entry of a folder; for pipes `nFileSizeLow` counts instances. */
export const WIN32_FIND_DATAW = struct(592, {
  nFileSizeLow: [32, "u32"],
});

/** The offset of `WIN32_FIND_DATAW.cFileName` (260 wide characters), in bytes. */
export const FIND_DATA_NAME_OFFSET = 44;

/**
 * `MEMORY_BASIC_INFORMATION`: the result of `VirtualQuery` for a range of
 * pages.
 */
export const MEMORY_BASIC_INFORMATION = struct(48, {
  RegionSize: [24, "usize"],
  State: [32, "u32"],
});

/** `WNDCLASSEXW`: a class of windows. */
export const WNDCLASSEXW = struct(80, {
  cbSize: [0, "u32"],
  lpfnWndProc: [8, "usize"],
  hInstance: [24, "usize"],
  lpszClassName: [64, "usize"],
});

/** `MSG`: a message of a thread's queue. */
export const MSG = struct(48, {
  hwnd: [0, "usize"],
  message: [8, "u32"],
  wParam: [16, "usize"],
  lParam: [24, "usize"],
});

/** `COPYDATASTRUCT`: the contents of `WM_COPYDATA`. */
export const COPYDATASTRUCT = struct(24, {
  dwData: [0, "usize"],
  cbData: [8, "u32"],
  lpData: [16, "usize"],
});

/** `DROPFILES`: the header of a file list (`CF_HDROP`). */
export const DROPFILES = struct(20, {
  pFiles: [0, "u32"],
  fWide: [16, "i32"],
});

/** `STARTUPINFOW`: the streams of a new process, and how it shows its window. */
export const STARTUPINFOW = struct(104, {
  cb: [0, "u32"],
  dwFlags: [60, "u32"],
  wShowWindow: [64, "u16"],
  hStdInput: [80, "usize"],
  hStdOutput: [88, "usize"],
  hStdError: [96, "usize"],
});

/** `STARTUPINFOEXW`: a `STARTUPINFOW`, followed by an attribute list. */
export const STARTUPINFOEXW = struct(112, {
  lpAttributeList: [104, "usize"],
});

/** `PROCESS_INFORMATION`: a new process and its first thread. */
export const PROCESS_INFORMATION = struct(24, {
  hProcess: [0, "usize"],
  hThread: [8, "usize"],
  dwProcessId: [16, "u32"],
});

/** `JOBOBJECT_BASIC_LIMIT_INFORMATION`: the limits for the processes of a job. */
export const JOBOBJECT_BASIC_LIMIT_INFORMATION = struct(64, {
  LimitFlags: [16, "u32"],
});

/** `JOBOBJECT_EXTENDED_LIMIT_INFORMATION`: begins with the basic limits. */
export const JOBOBJECT_EXTENDED_LIMIT_INFORMATION = struct(144, {});

/** The bytes of a struct: zeros, with `values` in its fields. */
export function pack<L extends Layout>(
  layout: L,
  values: Values<L>,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(layout.size));
  for (const [name, value] of Object.entries(values)) {
    const field = layout.fields[name];
    if (field === undefined) throw new TypeError(`No field "${name}"`);
    write(view, field, value as number | bigint);
  }
  return new Uint8Array(view.buffer);
}

/** The field `name` of the struct at `offset` of `bytes`; addresses are bigints. */
export function field<L extends Layout, K extends keyof L["fields"] & string>(
  layout: L,
  bytes: Uint8Array,
  name: K,
  offset = 0,
): L["fields"][K][1] extends "usize" ? bigint : number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [at, type] = layout.fields[name]!;
  return read(view, offset + at, type) as never;
}

function write(
  view: DataView,
  [at, type]: readonly [number, FieldType],
  value: number | bigint,
): void {
  switch (type) {
    case "u16":
      return view.setUint16(at, Number(value), true);
    case "u32":
      return view.setUint32(at, Number(value), true);
    case "i32":
      return view.setInt32(at, Number(value), true);
    case "usize":
      return view.setBigUint64(at, BigInt(value), true);
  }
}

function read(view: DataView, at: number, type: FieldType): number | bigint {
  switch (type) {
    case "u16":
      return view.getUint16(at, true);
    case "u32":
      return view.getUint32(at, true);
    case "i32":
      return view.getInt32(at, true);
    case "usize":
      return view.getBigUint64(at, true);
  }
}
