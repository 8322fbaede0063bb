/** The answers of npm's versions, by a stand-in for npm on the PATH. */

import { createHash } from "node:crypto";
import { assertEquals, assertRejects } from "@std/assert";
import { HostError } from "../../lib/wine/errors.ts";
import { fetchPackage, type NpmPackage } from "../../lib/wine/npm_package.ts";
import { tempFolder } from "../support/linux.ts";

interface Published extends AsyncDisposable {
  readonly wanted: NpmPackage;
  readonly bytes: Uint8Array;
}

/**
 * A package, and a stand-in for npm that runs `script` with `$ARCHIVE` and
 * `$DIST`. The registry answers with `status`.
 */
async function published(
  folder: string,
  script: string,
  status = 200,
): Promise<Published> {
  const archive = `${folder}/made.tgz`;
  const bytes = crypto.getRandomValues(new Uint8Array(100));
  await Deno.writeFile(archive, bytes);
  const hash = createHash("sha512").update(bytes).digest("base64");
  const wanted = {
    name: "@a/b",
    version: "1.0.0",
    integrity: `sha512-${hash}`,
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(bytes, { status }),
  );
  const tarball = `http://127.0.0.1:${server.addr.port}/b.tgz`;
  const dist = JSON.stringify({ integrity: wanted.integrity, tarball });
  await Deno.mkdir(`${folder}/bin`);
  await Deno.writeTextFile(
    `${folder}/bin/npm`,
    `#!/bin/sh\nARCHIVE='${archive}' DIST='${dist}'\n${script}\n`,
    { mode: 0o755 },
  );
  const path = Deno.env.get("PATH")!;
  Deno.env.set("PATH", `${folder}/bin:${path}`);
  return {
    wanted,
    bytes,
    async [Symbol.asyncDispose]() {
      Deno.env.set("PATH", path);
      await server.shutdown();
    },
  };
}

for (
  const [npm, script] of [
    ["11", 'echo "$DIST"'],
    ["12", 'echo "[$DIST]"'],
  ] as const
) {
  Deno.test(`fetchPackage() reads what npm ${npm} says of a package`, async () => {
    await using folder = await tempFolder();
    await using npm = await published(folder.path, script);
    await fetchPackage(npm.wanted, `${folder.path}/to.tgz`);
    assertEquals(await Deno.readFile(`${folder.path}/to.tgz`), npm.bytes);
  });
}

Deno.test("fetchPackage() reports a version that npm does not find", async () => {
  await using folder = await tempFolder();
  await using npm = await published(folder.path, "exit 0");
  const fetching = () => fetchPackage(npm.wanted, `${folder.path}/to.tgz`);
  await assertRejects(fetching, HostError, "Cannot ask npm for @a/b@1.0.0");
});

/** Follows `--pack-destination`, as npm does since 7. */
const SINCE_7 = `to=.
for word in "$@"; do [ "$last" = --pack-destination ] && to=$word; last=$word; done
cp "$ARCHIVE" "$to/a-b-1.0.0.tgz"`;
const ENTRY = '{"name":"@a/b","version":"1.0.0","filename":"a-b-1.0.0.tgz"}';
for (
  const [npm, script] of [
    ["6", `cp "$ARCHIVE" a-b-1.0.0.tgz; echo '[${ENTRY}]'`],
    ["7.0", `${SINCE_7}; echo a-b-1.0.0.tgz`],
    ["11", `${SINCE_7}; echo '[${ENTRY}]'`],
    ["12", `${SINCE_7}; echo '{"@a/b":${ENTRY}}'`],
  ] as const
) {
  Deno.test(`fetchPackage() takes what npm ${npm} packs where the download fails`, async () => {
    await using folder = await tempFolder();
    const both = `[ "$1" = view ] && echo "$DIST" && exit\n${script}`;
    await using npm = await published(folder.path, both, 403);
    await fetchPackage(npm.wanted, `${folder.path}/to.tgz`);
    assertEquals(await Deno.readFile(`${folder.path}/to.tgz`), npm.bytes);
  });
}
