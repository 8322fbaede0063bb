/** `pipe serve --http` and links; Wine has none that Deno can create. */

import { assertEquals } from "@std/assert";
import { folderHandler } from "../../../lib/cli/commands/pipe/folder.ts";

Deno.test("folderHandler() follows links inside its folder, and no others", async () => {
  const home = await Deno.makeTempDir({ prefix: "winipc-http-" });
  try {
    const root = `${home}/root`;
    for (const name of ["in", "out"]) {
      await Deno.mkdir(`${root}/${name}`, { recursive: true });
    }
    await Deno.writeTextFile(`${home}/secret.txt`, "secret");
    await Deno.writeTextFile(`${root}/page.html`, "page");
    await Deno.symlink("../page.html", `${root}/in/index.html`);
    await Deno.symlink("../../secret.txt", `${root}/out/index.html`);
    await Deno.symlink("..", `${root}/up`);
    const answer = await folderHandler(root);
    const get = async (path: string) => {
      const response = await answer(new Request(`http://./${path}`));
      return [response.status, (await response.text()).includes("secret")];
    };
    assertEquals(await get("in/"), [200, false]);
    assertEquals(await get("in/index.html"), [200, false]);
    // Without a page it is a list.
    assertEquals(await get("out/"), [200, false]);
    assertEquals(await get("out/index.html"), [404, false]);
    assertEquals(await get("up/secret.txt"), [404, false]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
