/** PostgreSQL: its signals come over a pipe, and its shared memory has a header. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { removeTree } from "../../lib/wine/cache.ts";
import { callPipe, openProcess, openSharedMemory, waitFor } from "../../mod.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";

/** The numbers of Unix, in a byte each (postgres, src/port/kill.c). */
const SIGHUP = 1;
const SIGINT = 2;
/** What the header begins with (postgres, src/include/storage/pg_shmem.h). */
const MAGIC = 679834894;

/** Runs one of its programs. A server that it starts keeps what it inherits, so it gets no pipes. */
async function run(name: string, ...args: string[]): Promise<void> {
  const program = pathOfPartner("postgres")!.replace("pg_ctl.exe", name);
  const { code } = await new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  assertEquals(code, 0, name);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

testWith("postgres")(
  "callPipe() sends signals to PostgreSQL, whose memory openSharedMemory() reads",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "winipc-postgres-" });
    const data = `${folder}\\data`;
    const log = `${folder}\\log.txt`;
    const made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
    await run("initdb.exe", "-D", data, ...made, "--no-sync");
    const started = ["-l", log, "-w", "-o", `-p ${freePort()}`, "start"];
    await run("pg_ctl.exe", "-D", data, ...started);
    const file = await Deno.readTextFile(`${data}\\postmaster.pid`);
    const [pid, folderOfServer] = file.split(/\r?\n/) as [string, string];
    using server = openProcess(Number(pid));
    {
      // It turns all backslashes of the name, those of the folder too.
      const name = `Global/PostgreSQL:${folderOfServer}`.replaceAll("\\", "/");
      using memory = openSharedMemory(name);
      const header = new DataView(memory.read(0, 8).buffer);
      const creator = header.getInt32(4, true);
      assertEquals([header.getInt32(0, true), creator], [MAGIC, server.pid]);
    }
    const send = (signal: number) =>
      callPipe(`pgsignal_${pid}`, Uint8Array.of(signal));
    assertEquals(await send(SIGHUP), Uint8Array.of(SIGHUP));
    // Of two signals that wait it takes the graver first.
    while (!(await Deno.readTextFile(log)).includes("received SIGHUP")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assertEquals(await send(SIGINT), Uint8Array.of(SIGINT));
    await waitFor(server);
    const said = await Deno.readTextFile(log);
    assertStringIncludes(said, "received fast shutdown request");
    await removeTree(folder);
  },
);
