import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connectDde } from "../../mod.ts";
import { namedUnless } from "../support/ignored.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { UNDER_WINE } from "../support/system.ts";

const { PermissionDenied } = Deno.errors;

Deno.test({
  // On Windows it changes the user's own Start menu, and leaves a window open.
  ...namedUnless(
    !UNDER_WINE && !Deno.env.has("WINIPC_TEST_PROGMAN"),
    "WINIPC_TEST_PROGMAN=1 lets it change the Start menu",
    "connectDde() has Windows' program manager make groups and items",
  ),
  async fn() {
    const group = uniqueName("group");
    await using manager = await connectDde("PROGMAN", "PROGMAN");
    const groups = async () => (await manager.request("Groups")).text ?? "";
    await manager.execute(`[CreateGroup(${group})]`);
    await manager.execute("[AddItem(notepad.exe,Notes)]");
    assertStringIncludes(await groups(), group);
    await assertRejects(() => manager.execute("[Nonsense]"), PermissionDenied);
    await assertRejects(() => manager.execute("nonsense"), PermissionDenied);
    await manager.execute(`[DeleteGroup(${group})]`);
    assertEquals((await groups()).includes(group), false);
  },
});
