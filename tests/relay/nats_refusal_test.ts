/** What a relay does when a NATS server refuses it, or is not ready yet. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openMailslot, relay } from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { started } from "./helpers.ts";
import { type Conversation, FakeNats, INFO, natsTest, PONG } from "./nats.ts";

const VIOLATION = "-ERR 'Authorization Violation'\r\n";
const FULL = "-ERR 'maximum connections exceeded'\r\n";
/** NATS' client would wait for longer than the test. */
const limits = () => ({
  requestTimeout: 600_000,
  signal: AbortSignal.timeout(60_000),
});

const SECURE = INFO.replace("{", '{"tls_required":true,');
/** A fatal alert of TLS, certificate_required: RFC 8446, sections 5.1 and 6. */
const CERTIFICATE_REQUIRED = "\x15\x03\x03\0\x02\x02\x74";

const REFUSALS: Record<string, { does: Conversation; says: string }> = {
  "refuses the user": {
    async does(client) {
      await client.greet();
      await client.say(VIOLATION);
    },
    says: "Authorization Violation",
  },
  "refuses everybody": {
    does: (client) => client.greet(VIOLATION),
    says: "Authorization Violation",
  },
  "speaks something else": {
    does: (client) => client.say("HTTP/1.1 400 Bad Request\r\n\r\n"),
    says: "unexpected response from server",
  },
  "says that it demands a client certificate": {
    does: (client) => client.say(SECURE.replace("{", '{"tls_verify":true,')),
    says: "The server demands a client certificate",
  },
  "demands a client certificate": {
    async does(client) {
      await client.say(SECURE);
      await client.hear();
      await client.say(CERTIFICATE_REQUIRED);
    },
    says: "The server demands a client certificate",
  },
};

for (const [what, { does, says }] of Object.entries(REFUSALS)) {
  natsTest(`relay() does not wait for a server that ${what}`, async () => {
    await using server = new FakeNats(does);
    await assertRejects(
      () =>
        relay(`nats-listen:a@${server.address}`, `pipe:${uniqueName()}`, {
          ...limits(),
          wait: true,
        }),
      Error,
      `Cannot connect to NATS at ${server.address}: ${says}`,
    );
  });
}

natsTest("relay() does not wait for a server without TLS", async () => {
  await using server = new FakeNats((client) => client.greet());
  await assertRejects(
    () =>
      relay(`nats-listen:a@${server.address}`, `pipe:${uniqueName()}`, {
        ...limits(),
        wait: true,
        nats: { tls: true },
      }),
    Error,
    "server does not support 'tls'",
  );
});

const READINESS: Record<string, Conversation> = {
  "closes at once": () => Promise.resolve(),
  "closes behind its greeting": (client) => client.say(INFO),
  "closes behind the client's": (client) => client.greet(),
  "is full": async (client) => {
    await client.greet();
    await client.say(FULL);
  },
};

for (const [what, does] of Object.entries(READINESS)) {
  natsTest(`relay() waits for a server that first ${what}`, async () => {
    await using server = new FakeNats(does, (client) => client.serve());
    await using running = await started(
      `nats-listen:a@${server.address}`,
      `pipe:${uniqueName()}`,
      { ...limits(), wait: true },
    );
    assertEquals(running.ready, [`nats a at ${server.address}`]);
  });
  natsTest(`relay() reports at once a server that ${what}`, async () => {
    await using server = new FakeNats(does);
    await assertRejects(
      () =>
        relay(`nats-listen:a@${server.address}`, `pipe:${uniqueName()}`, {
          ...limits(),
        }),
      Error,
      `Cannot connect to NATS at ${server.address}: `,
    );
  });
}

natsTest("relay() sends CONNECT and PING in one write", async () => {
  const { promise: first, resolve } = Promise.withResolvers<string>();
  await using server = new FakeNats(async (client) => {
    resolve(await client.greet());
    await client.say(VIOLATION);
  });
  await assertRejects(
    () => relay(`nats-listen:a@${server.address}`, `pipe:${uniqueName()}`),
    Error,
    "Authorization Violation",
  );
  // Otherwise a server that refuses CONNECT resets the connection.
  assertMatch(await first, /^CONNECT \{.*\}\r\nPING\r\n$/);
});

for (
  const [before, sent] of [
    ["us%40er:pa%3Ass@", { user: "us@er", pass: "pa:ss" }],
    ["tok%40en@", { auth_token: "tok@en" }],
    ["", {}],
  ] as const
) {
  natsTest(
    `relay() sends the user or the token of the address ${before}`,
    async () => {
      const { promise: first, resolve } = Promise.withResolvers<string>();
      await using server = new FakeNats(async (client) => {
        resolve(await client.greet());
        await client.say(VIOLATION);
      });
      const end = (user: string) => `nats-listen:a@${user}${server.address}`;
      // Its user and password are not shown.
      await assertRejects(
        () => relay(end(before), `pipe:${uniqueName()}`),
        Error,
        `${
          end(before && "***@")
        }: Cannot connect to NATS at ${server.address}: `,
      );
      const [, json] = (await first).match(/^CONNECT (.*)\r\n/)!;
      const { user, pass, auth_token } = JSON.parse(json!);
      const known = Object.entries({ user, pass, auth_token });
      assertEquals(
        Object.fromEntries(known.filter(([, value]) => value)),
        sent,
      );
    },
  );
}

natsTest("relay() ends when a server refuses its subscription", async () => {
  const refusal = `Permissions Violation for Subscription to "a"`;
  await using server = new FakeNats((client) =>
    client.serve((line) =>
      line.startsWith("SUB a ") ? `-ERR '${refusal}'\r\n` : undefined
    )
  );
  await assertRejects(
    () => relay(`nats-listen:a@${server.address}`, `pipe:${uniqueName()}`),
    Error,
    `nats-listen:a@${server.address}: ${refusal}`,
  );
});

natsTest(
  "relay() reports a message that a server refuses, and goes on",
  async () => {
    const refusal = `Permissions Violation for Publish to "a"`;
    const { promise: second, resolve } = Promise.withResolvers<void>();
    let published = 0;
    await using server = new FakeNats((client) =>
      client.serve((line) => {
        if (!line.startsWith("PUB a ")) return;
        if (++published === 1) return `-ERR '${refusal}'\r\n`;
        resolve();
      })
    );
    const slot = uniqueName();
    await using running = await started(
      `mailslot-listen:${slot}`,
      `nats:a@${server.address}`,
    );
    await using sender = await openMailslot(slot);
    await sender.send(bytes("one"));
    assertMatch(String(await running.failed), new RegExp(refusal));
    await sender.send(bytes("two"));
    await second;
    assertEquals(running.errors.length, 1);
  },
);

/** Answers the PING behind the relay's subscription with `more`. */
function servedUntil(more: string): Conversation {
  return (client) => {
    let subscribed = false;
    return client.serve((line) => {
      subscribed ||= line.startsWith("SUB a ");
      return subscribed && line === "PING" ? PONG + more : undefined;
    });
  };
}

natsTest(
  "relay() ends when a server refuses its user from now on",
  async () => {
    await using server = new FakeNats(
      servedUntil("-ERR 'User Authentication Expired'\r\n"),
      REFUSALS["refuses the user"]!.does,
    );
    await using running = await started(
      `nats-listen:a@${server.address}`,
      `pipe:${uniqueName()}`,
    );
    await assertRejects(
      () => running.relay.finished,
      Error,
      `nats-listen:a@${server.address}: Authorization Violation`,
    );
  },
);

natsTest(
  "A relay that is closed leaves nothing behind while its server is away",
  async () => {
    const leaving = Promise.withResolvers<void>();
    const away = Promise.withResolvers<void>();
    await using server = new FakeNats(
      (client) => Promise.race([servedUntil("")(client), leaving.promise]),
      () => Promise.resolve(away.resolve()),
    );
    const script = new URL("./peers/closed_relay.ts", import.meta.url);
    const from = `nats-listen:a@${server.address}`;
    await using peer = startScript(script, [from, `pipe:${uniqueName()}`]);
    await peer.says(`nats a at ${server.address}`);
    leaving.resolve();
    await away.promise;
    await peer.send("close");
    assertEquals((await peer.ended()).code, 0);
  },
);
