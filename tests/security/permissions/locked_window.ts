// deno-lint-ignore-file no-console
// Locks native access, and shows whether a window asks the user for it again.
import { listenMessages, lockNativeAccess } from "../../../mod.ts";

const said: string[] = [];
lockNativeAccess(["message"]);
const { requestSync } = Deno.permissions;
Deno.permissions.requestSync = (what) => {
  said.push(`asks for ${what.name}`);
  return requestSync.call(Deno.permissions, what);
};
try {
  listenMessages({ title: "x" });
} catch (error) {
  said.push((error as Error).name);
}
console.log(said.join(", "));
