/** A terminal by winpty's agent, which editors of Windows start: it asks on our pipe, and has two of one way. */

import { assertEquals, assertRejects } from "@std/assert";
import { removeTree } from "../../lib/wine/cache.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { SYSTEM32 } from "../support/system32.ts";
import { ConsoleProgram } from "../support/winpty.ts";

testWith("winpty")(
  "winpty's agent runs a program for us, and its pipes end with it",
  async () => {
    const command = 'cmd /v:on /c "set /p x=name? & echo hello !x!"';
    await using program = await ConsoleProgram.start(command);
    const { input, output } = program;
    assertEquals([output.access, input.access], ["read", "write"]);
    await program.shows(/name\?/);
    await program.type("world\r");
    await program.shows(/hello \W*world/);
    await program.ended();
  },
);

testWith("winpty")(
  "winpty's agent starts from a folder with a space",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "First Last " });
    const agent = `${folder}/winpty-agent.exe`;
    await Deno.copyFile(pathOfPartner("winpty")!, agent);
    {
      await using program = await ConsoleProgram.start("cmd /c cd", agent);
      await program.shows(/[A-Z]:\\/);
      await program.ended();
    }
    await removeTree(folder);
  },
);

Deno.test("ConsoleProgram.start() fails when its agent ends before it connects", async () => {
  const ending = `${SYSTEM32}\\whoami.exe`;
  await assertRejects(
    () => ConsoleProgram.start("cmd /c cd", ending),
    Error,
    "winpty's agent ended",
  );
});
