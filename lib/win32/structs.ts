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

type Values<L extends Layout> = {
  [K in keyof L["fields"]]?: number | bigint;
};

/**
 * `OVERLAPPED`: a pending operation. `Internal` is its NTSTATUS, `InternalHigh`
 * the bytes moved.
 */
export const OVERLAPPED = {
  size: 32,
  fields: {
    Internal: [0, "usize"],
    InternalHigh: [8, "usize"],
    hEvent: [24, "usize"],
  },
} as const satisfies Layout;

/** `OVERLAPPED_ENTRY`: an entry of a completion port. */
export const OVERLAPPED_ENTRY = {
  size: 32,
  fields: {
    lpOverlapped: [8, "usize"],
    Internal: [16, "usize"],
    dwNumberOfBytesTransferred: [24, "u32"],
  },
} as const satisfies Layout;

/** `SECURITY_ATTRIBUTES`: who may open a new object, and whether children inherit its handle. */
export const SECURITY_ATTRIBUTES = {
  size: 24,
  fields: {
    nLength: [0, "u32"],
    lpSecurityDescriptor: [8, "usize"],
    bInheritHandle: [16, "i32"],
  },
} as const satisfies Layout;

/** `UNICODE_STRING`: ntdll's counted wide string; lengths are in bytes. */
export const UNICODE_STRING = {
  size: 16,
  fields: {
    Length: [0, "u16"],
    MaximumLength: [2, "u16"],
    Buffer: [8, "usize"],
  },
} as const satisfies Layout;

/** `OBJECT_ATTRIBUTES`: the name of an object for ntdll. */
export const OBJECT_ATTRIBUTES = {
  size: 48,
  fields: {
    Length: [0, "u32"],
    RootDirectory: [8, "usize"],
    ObjectName: [16, "usize"],
    Attributes: [24, "u32"],
    SecurityDescriptor: [32, "usize"],
    SecurityQualityOfService: [40, "usize"],
  },
} as const satisfies Layout;

/** `SECURITY_QUALITY_OF_SERVICE`: how far a server may act as its client. */
export const SECURITY_QUALITY_OF_SERVICE = {
  size: 12,
  fields: {
    Length: [0, "u32"],
    ImpersonationLevel: [4, "i32"],
  },
} as const satisfies Layout;

/** `WIN32_FIND_DATAW`: an entry of a folder; for pipes `nFileSizeLow` counts instances. */
export const WIN32_FIND_DATAW = {
  size: 592,
  fields: {
    nFileSizeLow: [32, "u32"],
  },
} as const satisfies Layout;

/** The offset of `WIN32_FIND_DATAW.cFileName` (260 wide characters), in bytes. */
export const FIND_DATA_NAME_OFFSET = 44;

/**
 * `MEMORY_BASIC_INFORMATION`: the result of `VirtualQuery` for a range of
 * pages.
 */
export const MEMORY_BASIC_INFORMATION = {
  size: 48,
  fields: {
    RegionSize: [24, "usize"],
    State: [32, "u32"],
  },
} as const satisfies Layout;

/** `WNDCLASSEXW`: a class of windows. */
export const WNDCLASSEXW = {
  size: 80,
  fields: {
    cbSize: [0, "u32"],
    lpfnWndProc: [8, "usize"],
    hInstance: [24, "usize"],
    lpszClassName: [64, "usize"],
  },
} as const satisfies Layout;

/** `MSG`: a message of a thread's queue. */
export const MSG = {
  size: 48,
  fields: {
    hwnd: [0, "usize"],
    message: [8, "u32"],
    wParam: [16, "usize"],
    lParam: [24, "usize"],
  },
} as const satisfies Layout;

/** `COPYDATASTRUCT`: the contents of `WM_COPYDATA`. */
export const COPYDATASTRUCT = {
  size: 24,
  fields: {
    dwData: [0, "usize"],
    cbData: [8, "u32"],
    lpData: [16, "usize"],
  },
} as const satisfies Layout;

/** `DROPFILES`: the header of a file list (`CF_HDROP`). */
export const DROPFILES = {
  size: 20,
  fields: {
    pFiles: [0, "u32"],
    fWide: [16, "i32"],
  },
} as const satisfies Layout;

/** `STARTUPINFOW`: the streams of a new process, and how it shows its window. */
export const STARTUPINFOW = {
  size: 104,
  fields: {
    cb: [0, "u32"],
    dwFlags: [60, "u32"],
    wShowWindow: [64, "u16"],
    hStdInput: [80, "usize"],
    hStdOutput: [88, "usize"],
    hStdError: [96, "usize"],
  },
} as const satisfies Layout;

/** `STARTUPINFOEXW`: a `STARTUPINFOW`, followed by an attribute list. */
export const STARTUPINFOEXW = {
  size: 112,
  fields: {
    lpAttributeList: [104, "usize"],
  },
} as const satisfies Layout;

/** `PROCESS_INFORMATION`: a new process and its first thread. */
export const PROCESS_INFORMATION = {
  size: 24,
  fields: {
    hProcess: [0, "usize"],
    hThread: [8, "usize"],
    dwProcessId: [16, "u32"],
  },
} as const satisfies Layout;

/** `JOBOBJECT_BASIC_LIMIT_INFORMATION`: the limits for the processes of a job. */
export const JOBOBJECT_BASIC_LIMIT_INFORMATION = {
  size: 64,
  fields: {
    LimitFlags: [16, "u32"],
  },
} as const satisfies Layout;

/** `JOBOBJECT_EXTENDED_LIMIT_INFORMATION`: begins with the basic limits. */
export const JOBOBJECT_EXTENDED_LIMIT_INFORMATION = {
  size: 144,
  fields: {},
} as const satisfies Layout;

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
