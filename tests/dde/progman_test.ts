import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connectDde } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";

const { PermissionDenied } = Deno.errors;

Deno.test("connectDde() has Windows' program manager make groups and items", async () => {
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
});
