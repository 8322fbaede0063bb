import { user32 } from "../../lib/win32/user32.ts";

/**
 * Whether a window exists. To wait for its end, ask for this one window: a
 * search that goes on from a window that is being destroyed never returns from
 * Wine's server, and stops all programs of the session (`set_parent_window()`
 * moves it to another list, whose end `get_next_window()` in server/window.c
 * does not know).
 */
export function isOpen({ handle }: { readonly handle: number }): boolean {
  return user32().raw.IsWindow(BigInt(handle)) !== 0;
}
