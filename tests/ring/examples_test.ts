import { assertEquals } from "@std/assert";
import { removeTree } from "../../lib/wine/cache.ts";
import { openEvent } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runScript, startScript } from "../support/peer.ts";

function example(name: string): URL {
  return new URL(`../../examples/${name}.ts`, import.meta.url);
}

Deno.test("examples/ring sends the lines of A to B", async () => {
  const name = uniqueName();
  await using b = startScript(example("ring/b"), [name]);
  await using a = startScript(example("ring/a"), [name]);
  await a.send("first");
  await b.says("first");
  await a.send("second");
  await b.says("second");
});

Deno.test("examples/shared_memory shows B the text of A", async () => {
  const name = uniqueName();
  await using a = startScript(example("shared_memory/a"), [name, "Shine"]);
  await untilThere(`${name}.read`);
  const { stdout } = await runScript(example("shared_memory/b"), [name]);
  assertEquals(stdout, "Shine");
  await a.says("B has read it");
});

Deno.test("examples/file_mapping shows B the file of A", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}\\shared.txt`;
  const event = uniqueName();
  {
    const args = [file, "Shine", event];
    await using a = startScript(example("file_mapping/a"), args);
    await untilThere(event);
    const { stdout } = await runScript(example("file_mapping/b"), [
      file,
      event,
    ]);
    assertEquals(stdout, "Shine");
    await a.says("B has read it");
  }
  assertEquals(await Deno.readTextFile(file), "Shine");
  await removeTree(folder);
});

/** Until A has made the event that says that it is ready: Windows tells nobody. */
async function untilThere(event: string): Promise<void> {
  for (;;) {
    try {
      return openEvent(event).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
