// A program whose child holds its stdout for longer: parent.ts NAME. It says
// "early", and half a line, and ends with 7; its child says "late" once the event NAME is set.
import { openEvent, spawn, waitFor } from "../../../mod.ts";
import { runArgs } from "../../support/deno.ts";

const [name, role] = Deno.args as [string, string?];
if (role === undefined) {
  const args = runArgs(new URL(import.meta.url), [name, "child"]);
  spawn(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" });
  await Deno.stdout.write(new TextEncoder().encode("early\nhalf"));
  Deno.exit(7);
}
using event = openEvent(name);
await waitFor(event);
await Deno.stdout.write(new TextEncoder().encode("late\n"));
