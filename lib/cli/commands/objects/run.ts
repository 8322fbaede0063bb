import { counted } from "../../text/counted.ts";
import {
  type ListedObject,
  listObjects,
  type UnlistedFolder,
} from "../../../objects/mod.ts";
import { printable } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { Objects } from "./spec.ts";
import { Printer } from "../../text/printer.ts";
import { hold } from "../shm/shared.ts";

const KIND_WIDTH = "symbolic-link".length;

export async function run(command: Objects, env: Environment): Promise<void> {
  const { pattern, watch, common } = command;
  const { objects, unlisted } = listObjects({ pattern });
  await report(unlisted, command, env);
  if (watch) return await watchFrom(objects, command, env);
  if (objects.length === 0) {
    throw new Deno.errors.NotFound(`No listed object matches "${pattern}"`);
  }
  await new Printer(env, common).list(
    "object",
    objects,
    ({ kind, name, target, instances }) => [
      kind,
      name,
      target !== undefined
        ? `-> ${target}`
        : instances !== undefined
        ? counted(instances, "instance")
        : "",
    ],
    ["KIND", "NAME", ""],
  );
}

async function report(
  unlisted: readonly UnlistedFolder[],
  { common }: Objects,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  for (const { folder, error } of unlisted) {
    if (!common.quiet) env.log(error.message);
    await printer.event("unlisted", { folder, error: error.message });
  }
}

/** Prints what appears and vanishes after `before` was listed. */
async function watchFrom(
  before: readonly ListedObject[],
  { pattern, interval, common }: Objects,
  env: Environment,
): Promise<void> {
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const printer = new Printer(env, common);
  let last = byIdentity(before);
  env.log("ready: objects");
  for (let count = 0;;) {
    await hold(interval, idle.signal);
    const now = byIdentity(listObjects({ pattern }).objects);
    for (const [event, object] of changes(last, now)) {
      idle.progress();
      const { kind, name } = object;
      if (common.json) await printer.event(event, { ...object });
      else {
        const sign = event === "appeared" ? "+" : "-";
        await env.out(
          `${sign} ${kind.padEnd(KIND_WIDTH)} ${printable(name)}\n`,
        );
      }
      if (++count >= common.count) return;
    }
    last = now;
  }
}

type Identified = ReadonlyMap<string, ListedObject>;

function byIdentity(objects: readonly ListedObject[]): Identified {
  return new Map(
    objects.map((object) => [`${object.type} ${object.name}`, object]),
  );
}

function* changes(
  before: Identified,
  after: Identified,
): Generator<["appeared" | "vanished", ListedObject]> {
  for (const [identity, object] of before) {
    if (!after.has(identity)) yield ["vanished", object];
  }
  for (const [identity, object] of after) {
    if (!before.has(identity)) yield ["appeared", object];
  }
}
