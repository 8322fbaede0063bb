/** Packages of npm are unpacked without a program. */

import { assertEquals, assertRejects } from "@std/assert";
import { HostError } from "../../lib/wine/errors.ts";
import { unpackTgz } from "../support/programs/tar.ts";
import { filesBelow } from "../support/project.ts";
import { tempFolder } from "../support/linux.ts";

const LONG = `${"long name ".repeat(12)}中文.txt`;

/** An archive made by GNU tar, in both formats that npm's have been seen in. */
async function packed(folder: string, format: string): Promise<string> {
  const files = `${folder}/made/package`;
  await Deno.mkdir(`${files}/a b/中文`, { recursive: true });
  await Deno.writeTextFile(`${files}/a b/中文/text.txt`, "中文\n");
  await Deno.writeTextFile(`${files}/empty`, "");
  await Deno.writeFile(`${files}/big`, new Uint8Array(300_000).fill(7));
  if (format === "pax") await Deno.writeTextFile(`${files}/${LONG}`, "long");
  const archive = `${folder}/${format}.tgz`;
  const { success } = await new Deno.Command("tar", {
    args: ["-czf", archive, `--format=${format}`, "-C", `${folder}/made`]
      .concat(
        "package",
      ),
  }).output();
  assertEquals(success, true);
  return archive;
}

for (const format of ["ustar", "pax"]) {
  Deno.test(`unpackTgz() reads ${format} archives of other programs`, async () => {
    await using folder = await tempFolder();
    const archive = await packed(folder.path, format);
    const target = `${folder.path}/to 中文`;
    await unpackTgz(archive, target);
    const found = (await filesBelow(target, ""))
      .map((path) => path.slice(target.length + 1));
    const names = ["a b/中文/text.txt", "big", "empty"];
    assertEquals(found, format === "pax" ? [...names, LONG].sort() : names);
    assertEquals(await Deno.readTextFile(`${target}/${names[0]}`), "中文\n");
    const big = await Deno.readFile(`${target}/big`);
    assertEquals([big.length, big.every((byte) => byte === 7)], [
      300_000,
      true,
    ]);
  });
}

Deno.test("unpackTgz() refuses an archive that ends early", async () => {
  await using folder = await tempFolder();
  const archive = await packed(folder.path, "ustar");
  const whole = await new Response(
    (await Deno.open(archive)).readable
      .pipeThrough(new DecompressionStream("gzip")),
  ).bytes();
  const half = new Blob([whole.slice(0, 5000)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(archive, half);
  const unpacking = () => unpackTgz(archive, `${folder.path}/to`);
  await assertRejects(unpacking, HostError, "ends early");
});

Deno.test("unpackTgz() refuses a name that leads out of the folder", async () => {
  await using folder = await tempFolder();
  const header = new Uint8Array(1536);
  header.set(new TextEncoder().encode("package/../../out"));
  header.set(new TextEncoder().encode("00000000000"), 124);
  header[156] = "0".charCodeAt(0);
  const archive = `${folder.path}/evil.tgz`;
  const stream = new Blob([header]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(archive, stream);
  const unpacking = () => unpackTgz(archive, `${folder.path}/to`);
  await assertRejects(unpacking, HostError, "package/../../out");
  assertEquals(await filesBelow(folder.path, "out"), []);
});
