import type { Wrapper } from "../../../lib/win32/binding.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";
import { fn } from "../../../lib/win32/table.ts";
import { failWith, getLastError, handleOf, natives } from "../native.ts";
import type { Rule } from "../rule.ts";

const kernel32 = natives("kernel32.dll", {
  PeekNamedPipe: fn(`(
    hNamedPipe: usize, lpBuffer: buffer, nBufferSize: u32, lpBytesRead: buffer,
    lpTotalBytesAvail: buffer, lpBytesLeftThisMessage: buffer,
  ): i32, fails with zero`),
});

const asking: Wrapper = (native) => (...args) => {
  const pipe = handleOf(args[0]);
  const peeked = kernel32()?.PeekNamedPipe(pipe, null, 0, null, null, null);
  const disconnected = peeked === 0 &&
    getLastError() === ERROR.ERROR_PIPE_NOT_CONNECTED;
  return disconnected
    ? failWith(ERROR.ERROR_PIPE_NOT_CONNECTED, 0)
    : native(...args);
};

export default {
  name: "a client that is disconnected is not told who its server was",
  source:
    "wine-mirror/wine dlls/kernel32/tests/pipe.c: test_namedpipe_process_id, test_namedpipe_session_id",
  natives: {
    GetNamedPipeServerProcessId: asking,
    GetNamedPipeServerSessionId: asking,
  },
} satisfies Rule;
