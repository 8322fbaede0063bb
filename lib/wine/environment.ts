import { type Cache, readText } from "./cache.ts";
import { toWindowsPath } from "./paths.ts";
import { type Runtime, seenPath } from "./runtime.ts";

/** Variables that contain certificates, or other Linux paths, for Deno. */
const CERTIFICATES =
  /^(NODE_EXTRA_CA_CERTS|DENO_CERT)$|CERT|CA_BUNDLE|CAINFO|CAPATH|SSL_ROOTS/i;
/** Those that contain one file of authorities, in order of preference. */
const AUTHORITIES = ["DENO_CERT", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];
const LINUX_ONLY = /^(LD_|WINE|BASH_FUNC_)|^(INIT_CWD|ENV|BASH_ENV)$/;

/**
 * The environment of a Windows program: the caller's, without variables that
 * contain Linux paths to certificates or to Deno's folders, and with Wine's. A
 * file of certificate authorities that the caller names is passed on to Deno.
 */
export function windowsEnvironment(
  caller: Record<string, string>,
  cache: Cache,
  runtime: Runtime,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(caller)) {
    if (!isLinuxOnly(name, value)) env[name] = value;
  }
  return {
    ...env,
    ...authorities(caller),
    ...wineEnvironment(seenPath(runtime, cache.prefix)),
    DENO_DIR: toWindowsPath(cache.denoDir),
    DENO_NO_UPDATE_CHECK: "1",
  };
}

/**
 * The authorities that this machine trusts in addition to Deno's own, for
 * example for a registry behind a proxy.
 */
function authorities(caller: Record<string, string>): Record<string, string> {
  for (const name of AUTHORITIES) {
    const file = caller[name];
    if (!file?.startsWith("/")) continue;
    if (!readText(file)?.includes("-----BEGIN CERTIFICATE-----")) continue;
    return { DENO_CERT: toWindowsPath(file) };
  }
  return {};
}

/** Wine's own variables, for a prefix at `prefix` in Wine's view. */
function wineEnvironment(prefix: string): Record<string, string> {
  return {
    WINEPREFIX: prefix,
    WINEARCH: "win64",
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "winemenubuilder.exe=;mscoree=;mshtml=",
    XDG_RUNTIME_DIR: "/tmp",
    // Wine takes the encoding of arguments and the language from this variable,
    // and the private root has no other locale.
    LC_ALL: "C.UTF-8",
  };
}

function isLinuxOnly(name: string, value: string): boolean {
  if (LINUX_ONLY.test(name)) return true;
  const linuxPath = /^(\/|~|\.{1,2}\/)/.test(value);
  return linuxPath && (CERTIFICATES.test(name) || name.startsWith("DENO_"));
}
