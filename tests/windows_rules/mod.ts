/**
 * Windows' rules: where Wine is laxer than Windows, the native layer behaves as
 * Windows does. `deno task test --windows-rules [FILE…]` runs the tests so.
 *
 * How a rule is written
 *
 * One file in `rules/` is one rule: its default export is a {@linkcode Rule},
 * and {@linkcode RULES} lists it. It names its source: a public page of
 * Microsoft's or a conformance test of Wine's, whose `ok(...)` lines hold on
 * Windows.
 *
 * ```ts ignore
 * import { failWith } from "../native.ts";
 * import type { Rule } from "../rule.ts";
 *
 * export default {
 *   name: "a mutex is never opened with access 0",
 *   source: "wine-mirror/wine dlls/kernel32/tests/sync.c: test_mutex",
 *   natives: {
 *     OpenMutexW: (native) => (...args) =>
 *       args[0] === 0 ? failWith(ERROR_ACCESS_DENIED, 0n) : native(...args),
 *   },
 * } satisfies Rule;
 * ```
 *
 * - The keys of `natives` are Windows' names. A wrapper gets the function below
 *   it and what the table says of it: `bound.declaration.nonblocking` means that
 *   it gives a Promise and that there is no last error.
 * - A wrapper is asked for again whenever tracing begins or ends: what a rule
 *   remembers is kept by the module, not by the wrapper.
 * - Rules are per isolate: the window thread's Worker has its own.
 * - A later rule of the list is around an earlier one. All of them are below
 *   tracing and below the wrappers of tests.
 * - What Windows answers with an error, the rule answers with that error
 *   ({@linkcode failWith}). What is undefined or a hang on Windows is a mistake
 *   of the program: {@linkcode violation} prints a line and throws.
 * - What a rule does behind a call leaves the call's last error as it was, unless
 *   it sets one.
 * - A rule that needs a function of its own takes it from `natives(…)`, which
 *   gives undefined where the program has no right to the library: then the rule
 *   does without.
 *
 * How they come into a process
 *
 * An import map puts `binding.ts` of this folder in front of
 * `lib/win32/binding.ts`, the only place where functions are bound, in every
 * isolate of the process (`import_map.ts`). The task passes it to test
 * processes. An isolate under the rules adds it to every Deno that it starts
 * (`children.ts`), whoever starts it: a test, a peer or winipc itself. A program
 * of another origin, such as one from a web server, needs the flag from
 * {@linkcode rulesFlag}, with its own root. `--preload` does not reach the
 * workers of `node:worker_threads`. winipc itself knows nothing of it; tests ask
 * `tests/support/windows_rules.ts`.
 *
 * `--windows-rules=arm64` besides tells winipc that it runs on ARM64
 * (`processor.ts`), for the files that this concerns.
 *
 * @module
 */

import type { BoundFunction } from "../../lib/win32/binding.ts";
import type { Native } from "../../lib/win32/table.ts";
import type { Rule } from "./rule.ts";
import { createProcessUnderRules } from "./children.ts";
import {
  giveBackLastError,
  keepLastError,
  prepareLastError,
} from "./native.ts";
import accessZero from "./rules/access_zero.ts";
import clipboardBusy from "./rules/clipboard_busy.ts";
import conversationConfirmed from "./rules/conversation_confirmed.ts";
import disconnectedPeer from "./rules/disconnected_peer.ts";
import flushBusy from "./rules/flush_busy.ts";
import formatWithoutData from "./rules/format_without_data.ts";
import halfCharacter from "./rules/half_character.ts";
import heapHandle from "./rules/heap_handle.ts";
import impersonation from "./rules/impersonation.ts";
import lastErrorNoise from "./rules/last_error_noise.ts";
import mailslot from "./rules/mailslot.ts";
import messageOverflow from "./rules/message_overflow.ts";
import nestedMessages from "./rules/nested_messages.ts";
import nullOverlapped from "./rules/null_overlapped.ts";
import pathLength from "./rules/path_length.ts";
import pipeGroup from "./rules/pipe_group.ts";
import pipeInstances from "./rules/pipe_instances.ts";
import remoteDialling from "./rules/remote_dialling.ts";
import rpcBufferLength from "./rules/rpc_buffer_length.ts";
import rpcCallAttributes from "./rules/rpc_call_attributes.ts";
import rpcInterfaceCopied from "./rules/rpc_interface_copied.ts";
import rpcLocalCancel from "./rules/rpc_local_cancel.ts";
import rpcLocalPid from "./rules/rpc_local_pid.ts";
import synchronousLock from "./rules/synchronous_lock.ts";
import takenForHung from "./rules/taken_for_hung.ts";
import transactionFailure from "./rules/transaction_failure.ts";
import updateRepeated from "./rules/update_repeated.ts";
import waitTicks from "./rules/wait_ticks.ts";
import waitedTwice from "./rules/waited_twice.ts";

/** The rules, the innermost first. */
export const RULES: readonly Rule[] = [
  accessZero,
  heapHandle,
  pathLength,
  flushBusy,
  mailslot,
  nullOverlapped,
  waitTicks,
  waitedTwice,
  rpcBufferLength,
  rpcCallAttributes,
  rpcInterfaceCopied,
  rpcLocalCancel,
  rpcLocalPid,
  pipeInstances,
  pipeGroup,
  impersonation,
  disconnectedPeer,
  messageOverflow,
  transactionFailure,
  synchronousLock,
  remoteDialling,
  clipboardBusy,
  conversationConfirmed,
  formatWithoutData,
  halfCharacter,
  nestedMessages,
  takenForHung,
  updateRepeated,
  lastErrorNoise,
];

/** `native` as the rules have it. */
export function underRules(native: Native, bound: BoundFunction): Native {
  if (bound.name === "CreateProcessW") {
    native = createProcessUnderRules(native);
  }
  const { nonblocking } = bound.declaration;
  const innermost: Native = nonblocking ? native : (...args) => {
    const result = native(...args);
    keepLastError();
    return result;
  };
  const ruled = RULES.reduce<Native>((inner, { natives, every }) => {
    const wrapper = Object.hasOwn(natives, bound.name)
      ? natives[bound.name]
      : every;
    return wrapper?.(inner, bound) ?? inner;
  }, innermost);
  if (ruled === innermost) return native;
  return (...args) => {
    prepareLastError();
    const result = ruled(...args);
    if (!nonblocking) giveBackLastError();
    return result;
  };
}
