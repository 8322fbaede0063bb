import {
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import { type Facts, undelivered } from "../../lib/copy_data/undelivered.ts";
import type { Win32Error } from "../../lib/win32/error.ts";
import "../support/native.ts";

const FACTS: Facts = {
  exists: true,
  hung: false,
  elapsed: 1,
  timeout: 1000,
  post: 0,
};

function messageFor(facts: Partial<Facts>): string {
  const error = undelivered("Cannot send", { ...FACTS, ...facts });
  return `${error.name}: ${error.message}`;
}

Deno.test("undelivered() distinguishes what may keep a message back", () => {
  assertStringIncludes(
    messageFor({ exists: false }),
    "BrokenPipe: Cannot send: the window vanished",
  );
  assertStringIncludes(
    messageFor({ hung: true }),
    "TimedOut: Cannot send: the window is hung",
  );
  assertStringIncludes(
    messageFor({ elapsed: 999 }),
    "TimeoutError: Cannot send: it did not answer within 1000 ms",
  );
  assertStringIncludes(
    messageFor({ post: 5 }),
    "PermissionDenied: Cannot send: it runs at a higher integrity level",
  );
  assertStringIncludes(messageFor({}), "Windows does not say why");
});

Deno.test("undelivered() takes a hung window that messages are kept back from for what it is", () => {
  const blocked = undelivered("Cannot send", { ...FACTS, hung: true, post: 5 });
  assertInstanceOf(blocked, Deno.errors.PermissionDenied);
  const { code, call } = blocked.cause as Win32Error;
  assertEquals([code, call], [5, "SendMessageTimeoutW"]);
  // Its queue is full, because it is hung.
  assertStringIncludes(
    messageFor({ hung: true, post: 1816 }),
    "the window is hung",
  );
  assertStringIncludes(messageFor({ post: 1400 }), "the window vanished");
});

Deno.test("undelivered() takes a hung window that used up the time for a timeout", () => {
  const facts = { ...FACTS, hung: true, elapsed: 1000 };
  assertEquals(undelivered("Cannot send", facts).name, "TimeoutError");
});
