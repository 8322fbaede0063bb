import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Facts, undelivered } from "../../lib/copy_data/outcome.ts";
import "../helpers/native.ts";

const FACTS: Facts = {
  exists: true,
  hung: false,
  elapsed: 1,
  timeout: 1000,
  post: 0,
};

function told(facts: Partial<Facts>): string {
  const error = undelivered("Cannot send", { ...FACTS, ...facts });
  return `${error.name}: ${error.message}`;
}

Deno.test("undelivered() tells apart what may keep a message back", () => {
  assertStringIncludes(
    told({ exists: false }),
    "BrokenPipe: Cannot send: the window vanished",
  );
  assertStringIncludes(
    told({ hung: true }),
    "TimedOut: Cannot send: the window is hung",
  );
  assertStringIncludes(
    told({ elapsed: 999 }),
    "TimeoutError: Timed out after 1000 ms",
  );
  assertStringIncludes(
    told({ post: 5 }),
    "PermissionDenied: Cannot send: it runs at a higher integrity level",
  );
  assertStringIncludes(told({}), "Windows does not say why");
});

Deno.test("undelivered() takes a hung window that used up the time for a timeout", () => {
  const facts = { ...FACTS, hung: true, elapsed: 1000 };
  assertEquals(undelivered("Cannot send", facts).name, "TimeoutError");
});
