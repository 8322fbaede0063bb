/** One file of apt's sources. */
export interface SourcesFile {
  /** Its name: `.sources` files hold stanzas, all others lines. */
  name: string;
  text: string;
}

/** Suites of Debian's main archive, old and new. */
const SUITES =
  /^(bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/**
 * The mirrors of Debian's main archive in this machine's own apt sources, in
 * order: those of entries with a plain Debian suite and component `main`.
 */
export function debianMirrors(files: SourcesFile[]): string[] {
  const found = files.flatMap(({ name, text }) =>
    name.endsWith(".sources") ? fromStanzas(text) : fromLines(text)
  );
  return [...new Set(found)];
}

/** Reads apt's sources from Debian's folders; there may be none. */
export async function readAptSources(etc = "/etc/apt"): Promise<SourcesFile[]> {
  const names = [`${etc}/sources.list`];
  try {
    for await (const entry of Deno.readDir(`${etc}/sources.list.d`)) {
      if (/\.(list|sources)$/.test(entry.name)) {
        names.push(`${etc}/sources.list.d/${entry.name}`);
      }
    }
  } catch {
    // Without that folder, there is only the one file.
  }
  const files: SourcesFile[] = [];
  for (const name of names.sort()) {
    try {
      files.push({ name, text: await Deno.readTextFile(name) });
    } catch {
      // Missing or unreadable: the other files may be enough.
    }
  }
  return files;
}

function fromLines(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const match = line.replace(/#.*/, "").trim()
      .match(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/);
    if (!match) return [];
    const [, uri, suite, components] = match;
    return isMain([suite!], components!.split(/\s+/)) ? [uri!] : [];
  });
}

function fromStanzas(text: string): string[] {
  const plain = text.replaceAll("\r", "").replace(/^#.*\n?/gm, "");
  return plain.split(/\n\s*\n/).flatMap((stanza) => {
    if (/^no$/i.test(words(stanza, "Enabled")[0] ?? "yes")) return [];
    if (!words(stanza, "Types").includes("deb")) return [];
    const main = isMain(words(stanza, "Suites"), words(stanza, "Components"));
    return main ? words(stanza, "URIs") : [];
  });
}

function isMain(suites: string[], components: string[]): boolean {
  return suites.some((suite) => SUITES.test(suite)) &&
    components.includes("main");
}

function words(stanza: string, field: string): string[] {
  const match = stanza.match(
    new RegExp(`^${field}:((?:.*)(?:\\n[ \\t]+.*)*)`, "im"),
  );
  return match?.[1]?.trim().split(/\s+/).filter((word) => word !== "") ?? [];
}
