/**
 * What TypeScript infers for users: the class that was asked for, not one of
 * many. `deno task check` fails where one of these does not hold.
 */

import { assertType, type Has, type IsExact } from "@std/testing/types";
import type {
  Connection,
  EventObject,
  inheritedHandle,
  MutexObject,
  SyncObject,
  waitForAny,
} from "../../mod.ts";

Deno.test("inheritedHandle() gives the kind that was asked for", () => {
  type Event = ReturnType<typeof inheritedHandle<"event">>;
  assertType<IsExact<Event, EventObject>>(true);
  assertType<
    IsExact<ReturnType<typeof inheritedHandle<"pipe">>, Connection>
  >(true);
});

Deno.test("waitForAny() gives back what it was given", () => {
  type Object = Awaited<ReturnType<typeof waitForAny<MutexObject>>>["object"];
  assertType<IsExact<Object, MutexObject>>(true);
  assertType<Has<EventObject, SyncObject>>(true);
  assertType<Has<string, SyncObject>>(false);
});
