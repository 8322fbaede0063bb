/** Docker's own client in Go, as trivy uses it, asks an engine of ours on a pipe. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { removeTree } from "../../lib/wine/cache.ts";
import { servePipe } from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { Peer } from "../support/peer.ts";

const IMAGE = "winipc-made-up:1";
/** Older than the client's own, which it gives up for what our answer says. */
const API = "1.40";
const BLOCK = 512;

/** A file of an archive. */
type Entry = readonly [path: string, content: string | Uint8Array];

/** An archive in the format of POSIX (`ustar`), as `docker save` writes it. */
function tarOf(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap(([path, content]) => {
    const data = typeof content === "string" ? bytes(content) : content;
    const head = new Uint8Array(BLOCK);
    const put = (at: number, text: string) => head.set(bytes(text), at);
    const octal = (number: number) => `${number.toString(8).padStart(11, "0")}`;
    put(0, path);
    put(100, "0000644\0" + "0000000\0".repeat(2));
    put(124, octal(data.byteLength));
    put(136, octal(0));
    put(148, " ".repeat(8));
    put(156, "0");
    put(257, "ustar\x0000");
    const sum = head.reduce((sum, byte) => sum + byte, 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    return [head, data, new Uint8Array(-data.byteLength & (BLOCK - 1))];
  });
  const all = [...parts, new Uint8Array(2 * BLOCK)];
  const tar = new Uint8Array(all.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const part of all) {
    tar.set(part, at);
    at += part.byteLength;
  }
  return tar;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** An image of Alpine with one package, and what the engine says of it. */
function madeUp() {
  const layer = tarOf([
    ["etc/alpine-release", "3.19.1\n"],
    ["lib/apk/db/installed", "P:made-up\nV:1.2.3-r4\nA:x86_64\nL:MIT\n\n"],
  ]);
  const layers = [`sha256:${sha256(layer)}`];
  const created = "2026-01-31T12:00:00Z";
  const platform = { architecture: "amd64", os: "linux" };
  const config = JSON.stringify({
    ...platform,
    created,
    config: {},
    history: [{ created, created_by: "COPY made-up /" }],
    rootfs: { type: "layers", diff_ids: layers },
  });
  const id = sha256(config);
  const manifest = [
    { Config: `${id}.json`, RepoTags: [IMAGE], Layers: ["layer.tar"] },
  ];
  return {
    id: `sha256:${id}`,
    inspect: {
      Id: `sha256:${id}`,
      RepoTags: [IMAGE],
      Created: created,
      Architecture: platform.architecture,
      Os: platform.os,
      Config: {},
      RootFS: { Type: "layers", Layers: layers },
    },
    history: [{ Id: `sha256:${id}`, CreatedBy: "COPY made-up /", Size: 9 }],
    saved: tarOf([
      [`${id}.json`, config],
      ["layer.tar", layer],
      ["manifest.json", JSON.stringify(manifest)],
    ]),
  };
}

testWith("trivy")(
  "Docker's client in Go takes an image from servePipe()",
  async () => {
    const { id, inspect, history, saved } = madeUp();
    const asked: string[] = [];
    const pids = new Set<number>();
    const image = `/v${API}/images/docker.io/library/${IMAGE}`;
    await using server = servePipe({ pipe: uniqueName() }, (request, info) => {
      const { pathname, search } = new URL(request.url);
      const path = pathname.replace("/index.docker.io/", "/docker.io/");
      asked.push(`${request.method} ${path}${search && "?…"}`);
      pids.add(info.peer.pid);
      if (path === "/_ping") {
        return new Response("OK", { headers: { "api-version": API } });
      }
      if (path === `${image}/json`) return Response.json(inspect);
      if (path === `${image}/history`) return Response.json(history);
      if (path === `/v${API}/images/get`) return new Response(saved);
      return Response.json({ message: `No ${path}` }, { status: 404 });
    });
    const cache = await Deno.makeTempDir({ prefix: "winipc-trivy-" });
    try {
      await using trivy = new Peer(pathOfPartner("trivy")!, [
        ...["--quiet", "--cache-dir", cache, "image"],
        ...["--image-src", "docker", "--offline-scan", "--skip-db-update"],
        "--docker-host",
        `npipe:////./pipe/${server.name.replace("\\\\.\\pipe\\", "")}`,
        ...["--format", "cyclonedx", IMAGE],
      ]);
      const { code, stdout, stderr } = await trivy.ended();
      assertEquals([code, stderr], [0, ""]);
      const { metadata, components } = JSON.parse(stdout);
      const { properties } = metadata.component;
      const imageId = properties.find(
        ({ name }: { name: string }) => name.endsWith(":ImageID"),
      );
      assertEquals(imageId.value, id);
      assertEquals(
        components.map(({ name, version }: Record<string, string>) =>
          `${name} ${version}`
        ).sort(),
        ["alpine 3.19.1", "made-up 1.2.3-r4"],
      );
      assertEquals([...new Set(asked)], [
        "HEAD /_ping",
        `GET ${image}/json`,
        `GET ${image}/history`,
        `GET /v${API}/images/get?…`,
      ]);
      assertEquals([...pids], [trivy.pid]);
    } finally {
      await removeTree(cache);
    }
  },
);
