/**
 * The advise loops of a conversation, at its server: pushes a changed item to
 * the client that watches it.
 *
 * @module
 */

import { formatName } from "../window/clipboard_formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import { encodeValue } from "./data.ts";
import { keyOf } from "./names.ts";
import { requestDde } from "./window_request.ts";
import type { Topic } from "./server_topics.ts";
import type { DdeClientRequest } from "./wire/protocol.ts";

/** The conversation that the loops belong to. */
export interface AdvisingConversation {
  /** The server's window. */
  readonly window: OwnWindow;
  /** The conversation's own window. */
  readonly handle: bigint;
  readonly topic: Topic;
  /** The bytes of an item in a format; undefined if there are none. */
  render(item: string, format: string): Promise<Uint8Array | undefined>;
  /** Reports an error that no client learns of. */
  report(error: unknown): void;
}

/** The advise loops of one conversation. */
export class ServerAdviseLoops {
  readonly #conversation: AdvisingConversation;
  #loops: AdviseLoop[] = [];
  /** The loops with a change since {@linkcode ServerAdviseLoops.hold}. */
  #held: Set<AdviseLoop> | undefined;

  constructor(conversation: AdvisingConversation) {
    this.#conversation = conversation;
  }

  /** Starts a loop; replaces one of the same item and format. */
  start(
    asked: DdeClientRequest & { asked: "advise" },
  ): void {
    const { item, format: id, warm, acknowledging } = asked;
    this.stop(item, id);
    this.#loops.push({
      item,
      format: formatName(id),
      id,
      warm,
      acknowledging,
      rendering: false,
      unacknowledged: false,
      changed: false,
    });
  }

  /**
   * Stops the loops of an item, or of all, in a format, or in any (0). Returns
   * whether there were any.
   */
  stop(item: string | undefined, format: number): boolean {
    const before = this.#loops.length;
    this.#loops = this.#loops.filter((loop) =>
      item !== undefined && keyOf(loop.item) !== keyOf(item) ||
      format !== 0 && loop.id !== format
    );
    return this.#loops.length < before;
  }

  /** Stops all loops. */
  stopAll(): void {
    this.#loops = [];
  }

  /** Pushes a change; returns the number of loops of the item. */
  changed(item: string): number {
    const loops = this.#loops.filter((loop) =>
      keyOf(loop.item) === keyOf(item)
    );
    for (const loop of loops) this.#changed(loop);
    return loops.length;
  }

  /** The client has received an update. */
  acknowledged(item: string): void {
    for (const loop of this.#loops) {
      if (keyOf(loop.item) !== keyOf(item) || !loop.unacknowledged) continue;
      loop.unacknowledged = false;
      if (loop.changed) this.#changed(loop);
      return;
    }
  }

  /** Holds changes back until {@linkcode ServerAdviseLoops.resume}. */
  hold(): void {
    this.#held = new Set();
  }

  /** Pushes the changes that were held back. */
  resume(): void {
    const held = [...this.#held ?? []];
    this.#held = undefined;
    for (const loop of held) void this.#push(loop);
  }

  #changed(loop: AdviseLoop): void {
    if (this.#held === undefined) void this.#push(loop);
    else this.#held.add(loop);
  }

  async #push(loop: AdviseLoop): Promise<void> {
    if (!this.#loops.includes(loop)) return;
    if (loop.rendering || loop.unacknowledged) {
      loop.changed = true;
      return;
    }
    loop.changed = false;
    const { item, format, id, warm, acknowledging } = loop;
    const { window, handle, topic } = this.#conversation;
    const update = {
      type: "dde update",
      conversation: handle,
      item,
      acknowledging,
    } as const;
    if (warm) return requestDde(window, { ...update, data: undefined });
    loop.rendering = true;
    const known = topic.item(item);
    const plain = known !== undefined && known.request === undefined
      ? known.value
      : undefined;
    try {
      // Existing data is sent at once, and a handler runs only once at a time,
      // so that changes stay in order.
      const bytes = plain === undefined
        ? await this.#conversation.render(item, format)
        : encodeValue(plain, format);
      if (bytes !== undefined && this.#loops.includes(loop)) {
        const data = { format: id, bytes: new Uint8Array(bytes) };
        requestDde(window, { ...update, data });
        loop.unacknowledged = acknowledging;
      }
    } catch (error) {
      this.#conversation.report(error);
    }
    loop.rendering = false;
    if (loop.changed) this.#changed(loop);
  }
}

interface AdviseLoop {
  readonly item: string;
  /** The format's name … */
  readonly format: string;
  /** … and its number. */
  readonly id: number;
  /** Whether updates come without their data. */
  readonly warm: boolean;
  /** Whether the client acknowledges each. */
  readonly acknowledging: boolean;
  /** Whether the data of an update is being provided, … */
  rendering: boolean;
  /** … whether an update is not yet acknowledged, … */
  unacknowledged: boolean;
  /** … and whether there was another change meanwhile. */
  changed: boolean;
}
