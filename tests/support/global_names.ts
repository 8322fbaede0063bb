/** Whether tests may create sections and rings with a `Global\` name. */

import { UNDER_WINE } from "./system.ts";

/**
 * Windows asks for a privilege, which administrators and services have, where
 * the name is that of a section; Wine asks for none.
 */
export const MAY_CREATE_GLOBAL: boolean = UNDER_WINE ||
  privileges().includes("SeCreateGlobalPrivilege");

function privileges(): string {
  const whoami = new Deno.Command("whoami.exe", { args: ["/priv"] });
  return new TextDecoder().decode(whoami.outputSync().stdout);
}
