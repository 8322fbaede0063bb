// Tries to listen where no window can be created; says the error, and ends with its input.
import { listenMessages, type Win32Error } from "../../../mod.ts";
import { readLine, say } from "../../support/peer_side.ts";

try {
  listenMessages({ title: "none" });
} catch (error) {
  say((error as { cause: Win32Error }).cause.code);
}
await readLine();
