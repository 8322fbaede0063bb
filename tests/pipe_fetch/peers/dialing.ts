// deno-lint-ignore-file no-console
/** Asks a pipe that stays busy, gives up by a signal and by close(), and ends. */

import { createPipeClient, pipeFetch } from "../../../mod.ts";

const pipe = createPipeClient(Deno.args[0]!);
const signal = AbortSignal.timeout(200);
await pipeFetch("http://./", { pipe, signal }).catch((error) =>
  console.log(error.name)
);
const dialing = pipeFetch("http://./", { pipe });
setTimeout(() => pipe.close());
await dialing.catch((error) => console.log(error.name));
