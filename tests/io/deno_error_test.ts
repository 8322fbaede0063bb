import "../support/native.ts";
import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  type ErrorClass,
  toDenoError,
  wrapWin32Error,
} from "../../lib/io/deno_error.ts";
import { Win32Error } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";

const { errors } = Deno;

const CLASSES: Partial<Record<keyof typeof ERROR, ErrorClass>> = {
  ERROR_FILE_NOT_FOUND: errors.NotFound,
  ERROR_PATH_NOT_FOUND: errors.NotFound,
  ERROR_BAD_NETPATH: errors.NotFound,
  ERROR_BAD_NET_NAME: errors.NotFound,
  ERROR_NOT_FOUND: errors.NotFound,
  ERROR_ACCESS_DENIED: errors.PermissionDenied,
  ERROR_NETWORK_ACCESS_DENIED: errors.PermissionDenied,
  ERROR_PRIVILEGE_NOT_HELD: errors.PermissionDenied,
  ERROR_CANNOT_IMPERSONATE: errors.PermissionDenied,
  ERROR_BAD_IMPERSONATION_LEVEL: errors.PermissionDenied,
  ERROR_ALREADY_EXISTS: errors.AlreadyExists,
  ERROR_SHARING_VIOLATION: errors.Busy,
  ERROR_BUSY: errors.Busy,
  ERROR_PIPE_BUSY: errors.Busy,
  ERROR_BAD_PIPE: errors.BrokenPipe,
  ERROR_BROKEN_PIPE: errors.BrokenPipe,
  ERROR_NO_DATA: errors.BrokenPipe,
  ERROR_PIPE_NOT_CONNECTED: errors.BrokenPipe,
  ERROR_SEM_TIMEOUT: errors.TimedOut,
  ERROR_TIMEOUT: errors.TimedOut,
  WAIT_TIMEOUT: errors.TimedOut,
  ERROR_INVALID_HANDLE: errors.BadResource,
  ERROR_OPERATION_ABORTED: errors.Interrupted,
  ERROR_NOT_SUPPORTED: errors.NotSupported,
  ERROR_INVALID_FUNCTION: errors.NotSupported,
  ERROR_INVALID_NAME: TypeError,
  ERROR_BAD_PATHNAME: TypeError,
  ERROR_INVALID_PARAMETER: TypeError,
  ERROR_NO_SYSTEM_RESOURCES: Error,
};

for (const [symbol, type] of Object.entries(CLASSES)) {
  Deno.test(`toDenoError() of ${symbol} is of ${type.name}`, () => {
    const code = ERROR[symbol as keyof typeof ERROR];
    const error = toDenoError("Cannot x", new Win32Error("CreateFileW", code));
    assertStrictEquals(error.constructor, type);
  });
}

Deno.test("toDenoError() says action, reason and symbol, and keeps the cause", () => {
  const cause = new Win32Error("CreateFileW", 5);
  const error = toDenoError('Cannot open "x"', cause);
  assertMatch(
    error.message,
    /^Cannot open "x": .*[^.] \(ERROR_ACCESS_DENIED\)$/,
  );
  assertStrictEquals(error.cause, cause);
});

Deno.test("toDenoError() takes a reason, and another class, for its call", () => {
  const cause = new Win32Error("CreateNamedPipeW", 5);
  const converted = toDenoError("Cannot x", cause, { 5: "it is mine" });
  assertInstanceOf(converted, errors.PermissionDenied);
  assertEquals(converted.message, "Cannot x: it is mine (ERROR_ACCESS_DENIED)");
  const other = toDenoError("Cannot x", cause, {
    5: [errors.AddrInUse, "taken"],
  });
  assertInstanceOf(other, errors.AddrInUse);
});

Deno.test("wrapWin32Error() passes results and other errors through", () => {
  assertEquals(wrapWin32Error("Cannot x", () => 7), 7);
  assertThrows(
    () =>
      wrapWin32Error("Cannot x", () => {
        throw new RangeError("other");
      }),
    RangeError,
    "other",
  );
});

Deno.test("wrapWin32Error() makes a failure of a Win32Error", () => {
  const native = () => {
    throw new Win32Error("PeekNamedPipe", 109);
  };
  assertThrows(
    () => wrapWin32Error("Cannot peek", native),
    errors.BrokenPipe,
    "(ERROR_BROKEN_PIPE)",
  );
});
