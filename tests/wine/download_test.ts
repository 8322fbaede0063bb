import { createHash } from "node:crypto";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { download } from "../../lib/wine/download.ts";
import { HostError } from "../../lib/wine/errors.ts";
import { tempFolder } from "../support/linux.ts";

const CONTENT = new Uint8Array(300_000).map((_, at) => at * 31 + (at >> 9));
const INTEGRITY = `sha512-${
  createHash("sha512").update(CONTENT).digest("base64")
}`;

/** Serves CONTENT; the first answer breaks off after half of it. */
function flakyServer(): { url: string; ranges: string[] } & AsyncDisposable {
  const ranges: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: breakOff },
    (request) => {
      const range = request.headers.get("range");
      ranges.push(range ?? "all");
      if (range) {
        const start = Number(range.match(/\d+/)?.[0]);
        return new Response(CONTENT.slice(start), { status: 206 });
      }
      return new Response(ranges.length === 1 ? half() : CONTENT);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/file`,
    ranges,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function half(): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error("cut"));
      else controller.enqueue(CONTENT.slice(0, 150_000));
      sent = true;
    },
  });
}

function breakOff(): Response {
  return new Response(null, { status: 500 });
}

Deno.test("download() goes on where it was interrupted", async () => {
  await using folder = await tempFolder();
  await using server = flakyServer();
  const file = `${folder.path}/file`;
  const options = { integrity: INTEGRITY };
  await assertRejects(() => download(server.url, file, options));
  const { size } = await Deno.stat(`${file}.partial`);
  await download(server.url, file, options);
  assertEquals(await Deno.readFile(file), CONTENT);
  assertEquals(server.ranges, ["all", `bytes=${size}-`]);
});

Deno.test("download() refuses what was not published", async () => {
  await using folder = await tempFolder();
  await using server = flakyServer();
  const file = `${folder.path}/file`;
  await Deno.writeTextFile(`${file}.partial`, "not this");
  const error = await assertRejects(
    () => download(server.url, file, { integrity: INTEGRITY }),
    HostError,
  );
  assertStringIncludes(error.message, "Try again");
  const left = await Array.fromAsync(Deno.readDir(folder.path));
  assertEquals(left, []);
});

Deno.test("download() reports its progress", async () => {
  await using folder = await tempFolder();
  await using server = flakyServer();
  server.ranges.push("pretended");
  const seen: [number, number][] = [];
  await download(server.url, `${folder.path}/file`, {
    integrity: INTEGRITY,
    onProgress: (received, total) => seen.push([received, total]),
  });
  assertEquals(seen.at(-1), [CONTENT.length, CONTENT.length]);
});
