/**
 * Messages over an end that carries bytes.
 *
 * @module
 */

import { encodeFrame, FrameDecoder, type Framing } from "../framing/mod.ts";
import type { Channel } from "./channel.ts";
import type { RelayFrame } from "./options.ts";

/** `channel` with message boundaries, by frames. */
export function framed(
  channel: Channel,
  frame: Exclude<RelayFrame, "none">,
  maxSize: number,
): Channel {
  const framing: Framing = frame === "length" ? "u32be" : frame;
  const { receive, send } = channel;
  const decoder = new FrameDecoder(framing, { maxSize });
  return {
    ...channel,
    messageBoundaries: true,
    ...receive && {
      receive: async (signal: AbortSignal) => {
        for (;;) {
          const message = decoder.take();
          if (message !== undefined) return message;
          const chunk = await receive(signal);
          if (chunk === null) return decoder.end() ?? null;
          decoder.push(chunk);
        }
      },
    },
    ...send && {
      send: (bytes, signal, progress) =>
        send(encodeFrame(bytes, framing), signal, progress),
    },
  };
}
