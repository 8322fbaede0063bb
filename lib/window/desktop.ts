/**
 * Whether this process sees the windows of the user's desktop.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import { user32 } from "../win32/user32.ts";
import { fromUtf16 } from "../win32/utf16.ts";

/** The window station with the desktop of a user who is logged on. */
const INTERACTIVE = "WinSta0";
const UOI_NAME = 2;
const MAX_NAME = 256;

/**
 * A note for errors when no window was found: services, and sessions of SSH or
 * WinRM, have their own window station, with other windows, other DDE and
 * another clipboard (Microsoft: "Window Stations"). Empty in a user's session.
 */
export function desktopNote(): string {
  const station = windowStation();
  if (station === undefined || station === INTERACTIVE) return "";
  return `; this process is in the window station ${
    quote(station)
  }, as services and sessions of SSH or WinRM are, and does not see the user's desktop: run it there`;
}

function windowStation(): string | undefined {
  const { raw } = user32();
  const station = raw.GetProcessWindowStation();
  const name = new Uint8Array(2 * MAX_NAME);
  const copied = raw.GetUserObjectInformationW(
    station,
    UOI_NAME,
    name,
    name.byteLength,
    null,
  );
  return copied === 0 ? undefined : fromUtf16(name);
}
