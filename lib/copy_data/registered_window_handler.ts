/**
 * Registered messages in the window thread.
 *
 * @module
 */

import type {
  LoopWindow,
  WindowHandler,
  WindowHost,
} from "../window/handler.ts";

/** The options of such a window: the numbers of its messages. */
export type RegisteredSettings = readonly number[];

/** A registered message as it came. */
export interface RegisteredEvent {
  readonly message: number;
  readonly wParam: bigint;
  readonly lParam: bigint;
}

/** Handles the windows that listen to registered messages. */
export function registeredHandler(host: WindowHost): WindowHandler {
  return {
    messages: settingsOf,
    handle(window, message, wParam, lParam) {
      if (!settingsOf(window).includes(message)) return undefined;
      const event: RegisteredEvent = { message, wParam, lParam };
      host.emit({ type: "event", window: window.id, event });
      return 0n;
    },
  };
}

function settingsOf({ options }: LoopWindow): RegisteredSettings {
  return options.settings as RegisteredSettings;
}
