/** Says what processor it is told of, waits for one event twice, and says what came of it. */
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { say } from "../../support/peer_side.ts";

say(Deno.build.arch);
const { raw } = kernel32();
const event = raw.CreateEventW(null, 1, 1, null);
const twice = new BigUint64Array([event, event]);
say(raw.WaitForMultipleObjects(2, twice, 1, 0));
