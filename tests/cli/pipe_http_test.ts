/** `pipe serve --http`: the files of a folder and nothing else, and its end. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type FolderHandler,
  folderHandler,
  namesIn,
} from "../../lib/cli/commands/pipe/folder.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { removeTree } from "../../lib/wine/cache.ts";
import { connectPipe } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import { wrapped } from "../support/wrapped.ts";
import { runHere } from "./run_here.ts";

/** A handler for a folder of a test, which is removed afterwards. */
async function folder(): Promise<AsyncDisposable & { answer: FolderHandler }> {
  const home = await Deno.makeTempDir({ prefix: "winipc-http-" });
  const root = `${home}/root`;
  await Deno.mkdir(`${root}/sub/with index`, { recursive: true });
  await Deno.writeTextFile(`${home}/secret.txt`, "secret");
  await Deno.writeTextFile(`${root}/a.txt`, "text");
  await Deno.writeTextFile(`${root}/中 ü.json`, "{}");
  await Deno.writeTextFile(`${root}/sub/b.unknown`, "b");
  await Deno.writeTextFile(`${root}/sub/with index/index.html`, "<p>");
  return {
    answer: await folderHandler(root),
    [Symbol.asyncDispose]: () => removeTree(home),
  };
}

function asked(path: string, method = "GET"): Request {
  return new Request(`http://./${path}`, { method });
}

Deno.test("folderHandler() answers with files, their types and sizes", async () => {
  await using served = await folder();
  for (
    const [path, type, text] of [
      ["a.txt", "text/plain; charset=utf-8", "text"],
      [encodeURIComponent("中 ü.json"), "application/json", "{}"],
      ["sub/b.unknown", "application/octet-stream", "b"],
      ["sub/with%20index/", "text/html; charset=utf-8", "<p>"],
      ["sub//b.unknown?query", "application/octet-stream", "b"],
    ] as const
  ) {
    const response = await served.answer(asked(path));
    assertEquals([response.status, response.headers.get("content-type")], [
      200,
      type,
    ]);
    assertEquals(
      response.headers.get("content-length"),
      String(new TextEncoder().encode(text).length),
    );
    assertEquals(await response.text(), text);
    const head = await served.answer(asked(path, "HEAD"));
    assertEquals([head.status, head.body], [200, null]);
  }
});

Deno.test("folderHandler() lists folders, and redirects to their slash", async () => {
  await using served = await folder();
  const list = await (await served.answer(asked(""))).text();
  assertStringIncludes(list, '<li><a href="sub/">sub/</a></li>');
  assertStringIncludes(
    list,
    `<li><a href="${encodeURIComponent("中 ü.json")}">中 ü.json</a></li>`,
  );
  const sub = await (await served.answer(asked("sub/"))).text();
  assertStringIncludes(sub, '<a href="../">');
  const moved = await served.answer(asked("sub/with%20index"));
  assertEquals([moved.status, moved.headers.get("location")], [
    301,
    "/sub/with%20index/",
  ]);
});

Deno.test("folderHandler() answers what it has not, or does not do", async () => {
  await using served = await folder();
  assertEquals((await served.answer(asked("missing"))).status, 404);
  const posted = await served.answer(asked("a.txt", "POST"));
  assertEquals([posted.status, posted.headers.get("allow")], [
    405,
    "GET, HEAD",
  ]);
  await assertRejects(
    () => folderHandler("missing"),
    Deno.errors.NotFound,
    'Cannot serve "missing": there is no such folder',
  );
});

Deno.test("folderHandler() serves nothing outside its folder", async () => {
  await using served = await folder();
  for (
    const path of [
      "../secret.txt",
      "%2e%2e/secret.txt",
      "..%2fsecret.txt",
      "..%5csecret.txt",
      "sub/..%2f..%2fsecret.txt",
      "%2e%2e%5csecret.txt",
      "sub/%2e%2e/%2e%2e/secret.txt",
    ]
  ) {
    const response = await served.answer(asked(path));
    assertEquals([path, response.status], [path, 404]);
  }
});

for (
  const path of [
    "/..%2fx",
    "/a%5cb",
    "/C:",
    "/C:%5cwindows",
    "/a.txt:stream",
    "/a.txt::$DATA",
    "/%00",
    "/a.txt%20",
    "/a.txt.",
    "/...",
    "/NUL",
    "/nul.txt",
    "/com1.log",
    "/nul%20.txt",
    "/CON%20%20.x",
    "/COM%C2%B9",
    "/conout$",
    "/a%0ab",
    "/what%3f",
    "/%ff",
    "/%",
  ]
) {
  Deno.test(`namesIn() refuses what is no name of a file: ${path}`, () => {
    assertEquals(namesIn(path), undefined);
  });
}

Deno.test("namesIn() decodes names", () => {
  assertEquals(namesIn("/"), []);
  assertEquals(namesIn("/a//b%20c/%E4%B8%AD.x/"), ["a", "b c", "中.x"]);
  assertEquals(namesIn("/console/.hidden/a..b/nullable"), [
    "console",
    ".hidden",
    "a..b",
    "nullable",
  ]);
});

Deno.test("pipe serve --http ends with the reason when its pipe fails", async () => {
  const name = uniqueName();
  let failing = false;
  using _natives = wrapped({
    ConnectNamedPipe: (native) => (...args) => {
      if (!failing) return native(...args);
      restoreLastError(ERROR.ERROR_NO_SYSTEM_RESOURCES);
      return 0;
    },
  });
  const ready = Promise.withResolvers<void>();
  const ended = runHere(["pipe", "serve", name, "--http", "."], {
    onLog: () => ready.resolve(),
  });
  await ready.promise;
  failing = true;
  await using _client = await connectPipe(name);
  const { code, stderr } = await ended;
  assertEquals(code, 1);
  assertStringIncludes(stderr, "ERROR_NO_SYSTEM_RESOURCES");
});
