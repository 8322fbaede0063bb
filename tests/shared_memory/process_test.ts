import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  createSharedMemory,
  openSharedMemory,
} from "../../lib/shared_memory/mod.ts";
import { MAY_CREATE_GLOBAL } from "../support/global_names.ts";
import { namedUnless } from "../support/ignored.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { IN_SESSION_0 } from "../support/system.ts";

const PEER = new URL("peer.ts", import.meta.url);

Deno.test('access "copy-on-write" of another process changes nothing for others', async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 8192 });
  memory.write(pattern(8192));
  await using peer = startScript(PEER, [name, "copy-on-write"]);
  await peer.says("ready 8192");
  await peer.send("write theirs");
  await peer.says("done");
  await peer.send("view 84");
  await peer.says("done");
  await peer.send("read 6");
  await peer.says("Theirs");
  assertEquals(memory.read(), pattern(8192));
  // The page that it has not changed it shares.
  memory.write(bytes("ours"), 5000);
  await peer.send("read 4 5000");
  await peer.says("ours");
});

Deno.test('access "read" of another process sees changes, and makes none', async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 100 });
  await using peer = startScript(PEER, [name, "read"]);
  await peer.says("ready 4096");
  for (const words of ["write theirs", "view 65"]) {
    await peer.send(words);
    assertStringIncludes(await peer.line(), "TypeError");
  }
  memory.write(bytes("ours"));
  await peer.send("read 4");
  await peer.says("ours");
});

Deno.test("createSharedMemory() with an SDDL keeps another process out, or lets it in", async () => {
  const [open, closed] = [uniqueName(), uniqueName()];
  using memory = createSharedMemory(open, { size: 1, sddl: "D:(A;;GA;;;WD)" });
  using _closed = createSharedMemory(closed, { size: 1, sddl: "D:" });
  assertThrows(() => openSharedMemory(closed), Deno.errors.PermissionDenied);
  await using peer = startScript(PEER, [open]);
  await peer.says("ready 4096");
  await peer.send(`open ${closed}`);
  assertStringIncludes(await peer.line(), "PermissionDenied");
  await peer.send("write i");
  await peer.says("done");
  assertEquals(text(memory.read(0, 1)), "i");
});

Deno.test({
  ...namedUnless(
    IN_SESSION_0 || !MAY_CREATE_GLOBAL,
    IN_SESSION_0 ? "session 0 has no other" : "no SeCreateGlobalPrivilege",
    "Global\\ memory is another's than that of the session",
  ),
  async fn() {
    const name = uniqueName();
    using session = createSharedMemory(`Local\\${name}`, { size: 10 });
    using global = createSharedMemory(`Global\\${name}`, { size: 10 });
    assertEquals([session.created, global.created], [true, true]);
    await using peer = startScript(PEER, [`Global\\${name}`]);
    await peer.says("ready 4096");
    await peer.send("write all");
    await peer.says("done");
    assertEquals(text(global.read(0, 3)), "all");
    assertEquals(session.read(), new Uint8Array(10));
    await peer.send(`open ${name}`);
    await peer.says("done");
    session.close();
    await peer.send(`open ${name}`);
    assertStringIncludes(await peer.line(), "NotFound");
  },
});
