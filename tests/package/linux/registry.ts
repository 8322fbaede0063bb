/** Our stand-in for `@std`, served as JSR serves packages, and what it was asked for. */

import { createHash } from "node:crypto";
import { filesBelow, projectFolder } from "../../support/project.ts";

/** A published package. */
interface Package {
  readonly version: string;
  readonly exports: Record<string, string>;
}

const SOURCES = ["lib/std", "tests/support/std", "tests/support/std_testing"];

/** A registry on loopback, until it is disposed of. */
export class Registry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #packages: ReadonlyMap<string, Package>;
  readonly #files: ReadonlyMap<string, string>;
  /** How often each package was looked up. */
  readonly asked = new Map<string, number>();

  private constructor(
    packages: ReadonlyMap<string, Package>,
    files: ReadonlyMap<string, string>,
  ) {
    this.#packages = packages;
    this.#files = files;
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(options, ({ url }) => this.#answer(url));
  }

  /** Serves what deno.json names, in the version that it names. */
  static async start(): Promise<Registry> {
    const root = projectFolder();
    const read = async (path: string) =>
      (JSON.parse(await Deno.readTextFile(`${root}/${path}`)) as {
        imports: Record<string, string>;
      }).imports;
    const modules = Object.entries(await read("tests/support/import_map.json"));
    const packages = new Map<string, Package>();
    for (const [name, specifier] of Object.entries(await read("deno.json"))) {
      const exports = modules.filter(([module]) =>
        module === name || module.startsWith(`${name}/`)
      ).map(([module, path]) => {
        const { pathname } = new URL(path, "file:///tests/support/");
        return [`.${module.slice(name.length)}`, `.${pathname}`];
      });
      const version = specifier.split("^")[1]!;
      packages.set(name, { version, exports: Object.fromEntries(exports) });
    }
    const files = new Map<string, string>();
    for (const folder of SOURCES) {
      for (const path of await filesBelow(`${root}/${folder}`, ".ts")) {
        files.set(path.slice(root.length), await Deno.readTextFile(path));
      }
    }
    return new Registry(packages, files);
  }

  /** What `JSR_URL` is set to. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(url: string): Response {
    const path = decodeURIComponent(new URL(url).pathname);
    const [, name, rest] = /^\/(@std\/[a-z]+)\/(.*)$/.exec(path) ?? [];
    const known = this.#packages.get(name ?? "");
    if (known === undefined) return new Response("Not found", { status: 404 });
    const { version, exports } = known;
    if (rest === "meta.json") {
      this.asked.set(name!, (this.asked.get(name!) ?? 0) + 1);
      const [scope, short] = name!.slice(1).split("/");
      const versions = { [version]: {} };
      return Response.json({ scope, name: short, latest: version, versions });
    }
    if (rest === `${version}_meta.json`) {
      const manifest = Object.fromEntries(
        [...this.#files].map(([path, text]) => {
          const bytes = new TextEncoder().encode(text);
          const hash = createHash("sha256").update(bytes).digest("hex");
          const entry = { size: bytes.length, checksum: `sha256-${hash}` };
          return [path, entry];
        }),
      );
      return Response.json({ manifest, exports });
    }
    const text = this.#files.get(rest!.slice(version.length));
    if (text === undefined) return new Response("Not found", { status: 404 });
    return new Response(text, {
      headers: { "content-type": "text/typescript" },
    });
  }
}
