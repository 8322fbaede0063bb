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
  const { receive, send, closeWrite } = channel;
  const decoder = new FrameDecoder(framing, { maxSize });
  const close = channel.close.bind(channel);
  const { halfClose, separatePeers, connected, ready } = channel;
  return {
    messageBoundaries: true,
    halfClose,
    ...separatePeers !== undefined && { separatePeers },
    ...connected !== undefined && { connected },
    ...ready !== undefined && { ready },
    ...receive && {
      receive: async (signal: AbortSignal) => {
        for (;;) {
          const message = decoder.take();
          if (message !== undefined) return message;
          const chunk = await receive.call(channel, signal);
          if (chunk === null) return decoder.end() ?? null;
          decoder.push(chunk);
        }
      },
    },
    ...send && {
      send: (bytes, signal, progress) =>
        send.call(channel, encodeFrame(bytes, framing), signal, progress),
    },
    ...closeWrite && { closeWrite: closeWrite.bind(channel) },
    close,
  };
}
