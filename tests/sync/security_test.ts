import { assertEquals, assertThrows } from "@std/assert";
import {
  createEvent,
  createMutex,
  createSemaphore,
  openEvent,
  openMutex,
  openSemaphore,
} from "../../lib/sync/mod.ts";
import { namedUnless } from "../support/ignored.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { IN_SESSION_0, UNDER_WINE } from "../support/system.ts";
import { PEER } from "./peer_script.ts";

/** Wine refuses nobody who wants no more than to wait (SYNCHRONIZE), which is all that a mutex takes. */
const ANYBODY_WAITS = UNDER_WINE;

for (
  const [who, sddl, answer] of [
    ["nobody", "D:", "PermissionDenied"],
    ["everybody", "D:(A;;GA;;;WD)", "none"],
  ] as const
) {
  Deno.test(`objects with an SDDL that lets ${who} in, in another process`, async () => {
    const name = uniqueName();
    using _event = createEvent(`${name}-openEvent`, { sddl });
    using _mutex = createMutex(`${name}-openMutex`, { sddl });
    using _semaphore = createSemaphore(`${name}-openSemaphore`, {
      max: 1,
      sddl,
    });
    await using peer = startScript(PEER, [name]);
    await peer.says("ready");
    await peer.send("try all");
    await peer.says(`${answer} ${ANYBODY_WAITS ? "none" : answer} ${answer}`);
  });
}

Deno.test("objects with an SDDL that lets nobody in keep this process out, too", () => {
  const name = uniqueName();
  const sddl = "D:";
  using _event = createEvent(`${name}-e`, { sddl });
  using _mutex = createMutex(`${name}-m`, { sddl });
  using _semaphore = createSemaphore(`${name}-s`, { max: 1, sddl });
  const { PermissionDenied } = Deno.errors;
  assertThrows(() => openEvent(`${name}-e`), PermissionDenied);
  if (!ANYBODY_WAITS) {
    assertThrows(() => openMutex(`${name}-m`), PermissionDenied);
  }
  assertThrows(() => openSemaphore(`${name}-s`), PermissionDenied);
});

Deno.test({
  ...namedUnless(
    IN_SESSION_0,
    "session 0 has no others",
    "Global\\ objects are others than those of the session, in another process too",
  ),
  async fn() {
    const name = uniqueName();
    using local = createMutex(`Local\\${name}`);
    using global = createMutex(`Global\\${name}`);
    using semaphore = createSemaphore(`Global\\${name}-s`, { max: 1 });
    using same = createSemaphore(`Global\\${name}-s`, { max: 1 });
    assertEquals(
      [local.created, global.created, semaphore.created, same.created],
      [true, true, true, false],
    );
    await using peer = startScript(PEER, [`Global\\${name}`]);
    await peer.says("ready");
    await peer.send("lock");
    await peer.says("did lock");
    assertEquals(global.tryLock(), null);
    local.tryLock()!.release();
  },
});
