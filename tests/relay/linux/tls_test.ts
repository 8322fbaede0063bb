/**
 * Relays of Windows with servers of Linux that speak TLS, and a NATS server that
 * wants credentials. It runs in the Deno of this machine, beside Wine.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { makeAccounts } from "./nats_accounts.ts";
import { LIMIT_MS, lineWith, type, winipc } from "./programs.ts";

const NATS = Deno.env.get("WINIPC_TEST_NATS_SERVER");

/** A certificate of this machine for itself, in a folder of its own. */
class Certificate implements AsyncDisposable {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.cert = `${folder}/cert.pem`;
    this.key = `${folder}/key.pem`;
  }

  static async make(): Promise<Certificate> {
    const made = new Certificate(await Deno.makeTempDir());
    const words =
      "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=winipc " +
      "-addext subjectAltName=IP:127.0.0.1,IP:::1 " +
      "-addext basicConstraints=critical,CA:FALSE " +
      `-keyout ${made.key} -out ${made.cert}`;
    const { code, stderr } = await new Deno.Command("openssl", {
      args: words.split(" "),
      stdout: "null",
      stderr: "piped",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What a program printed, after its end. */
async function outcome(child: Deno.ChildProcess) {
  const [stdout, stderr, { code }] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.status,
  ]);
  return { code, stdout, stderr };
}

Deno.test({
  name: `relay speaks TLS to NATS and shows its credentials${
    NATS ? "" : " (no nats-server here)"
  }`,
  ignore: NATS === undefined,
  // Child processes outlive the test by what is left in their pipes.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    await using certificate = await Certificate.make();
    const { folder, cert, key } = certificate;
    const { config, creds } = await makeAccounts();
    await Deno.writeTextFile(
      `${folder}/nats.conf`,
      `${config}tls { cert_file: "${cert}", key_file: "${key}" }\n`,
    );
    await Deno.writeTextFile(`${folder}/user.creds`, creds);
    const server = new Deno.Command(NATS!, {
      args: ["-c", `${folder}/nats.conf`, "-a", "127.0.0.1", "-p", "-1"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).spawn();
    const address = await lineWith(
      server.stderr,
      /client connections on (\S+)/,
    );
    const env = { NATS_URL: `tls://${address}` };
    const tls = ["--tlsca", cert];
    const known = [...tls, "--creds", `${folder}/user.creds`];

    // A server that refuses the client is not waited for.
    const refused = winipc(
      ["relay", "stdio", "nats:svc", ...tls, "--wait"],
      env,
    );
    // Each certificate is for the address of its own server.
    const cluster = { NATS_URL: `tls://127.0.0.2:1,tls://${address}` };
    const answering = winipc(
      ["relay", "nats-listen:svc", "exec:sort", ...known],
      cluster,
    );
    await lineWith(answering.stderr, /^ready: (nats svc)/);
    const asking = winipc(["relay", "stdio", "nats:svc", ...known], env);
    await type(asking, "hello");
    assertEquals(await outcome(asking), {
      code: 0,
      stdout: "hello\n",
      stderr: "",
    });
    const { code, stderr } = await outcome(refused);
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^winipc: nats:svc: Cannot connect to NATS at .*: Authorization Violation$/m,
    );
    answering.kill("SIGINT");
    await answering.status;
    server.kill("SIGTERM");
    await server.status;
  },
});

Deno.test({
  name: `relay tells why a NATS server refuses its certificate${
    NATS ? "" : " (no nats-server here)"
  }`,
  ignore: NATS === undefined,
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    await using trusted = await Certificate.make();
    await using other = await Certificate.make();
    const { folder, cert, key } = trusted;
    await Deno.writeTextFile(
      `${folder}/nats.conf`,
      `tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${cert}", verify: true }\n`,
    );
    const server = new Deno.Command(NATS!, {
      args: ["-c", `${folder}/nats.conf`, "-a", "127.0.0.1", "-p", "-1"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).spawn();
    const address = await lineWith(
      server.stderr,
      /client connections on (\S+)/,
    );
    const files = ["--tlscert", other.cert, "--tlskey", other.key];
    const refused = await outcome(winipc(
      ["relay", "stdio", "nats:svc", "--tlsca", cert, ...files],
      { NATS_URL: `tls://${address}` },
    ));
    assertEquals(refused.code, 1);
    // The alert comes behind the handshake, in which nothing fails. A write to
    // the closed connection may fail before the alert is read.
    assertMatch(
      refused.stderr,
      /^winipc: nats:svc: Cannot connect to NATS at \S+: (?:received fatal alert: \w+|The connection was closed before the server answered)\s*$/,
    );
    server.kill("SIGTERM");
    await server.status;
  },
});

/** A NATS server of Node that closes as soon as the TLS handshake has ended. */
const CLOSES_AFTER_HANDSHAKE = `
const { createServer } = require("node:net");
const { TLSSocket } = require("node:tls");
const { readFileSync } = require("node:fs");
const [cert, key] = process.argv.slice(1).map((file) => readFileSync(file));
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.write('INFO {"server_id":"x","version":"2.10.0","proto":1,' +
    '"max_payload":1048576,"headers":true,"tls_required":true}\\r\\n');
  new TLSSocket(socket, { isServer: true, cert, key })
    .on("error", () => {})
    .on("secure", () => socket.destroy());
}).listen(0, "::1", () => console.log("port " + server.address().port));
`;

Deno.test({
  name:
    "relay reports a NATS server that closes after the TLS handshake, by an IPv6 address",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    await using certificate = await Certificate.make();
    const { cert, key } = certificate;
    const server = new Deno.Command("node", {
      args: ["-e", CLOSES_AFTER_HANDSHAKE, cert, key],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).spawn();
    const port = await lineWith(server.stdout, /port (\d+)/);
    const refused = await outcome(winipc(
      ["relay", "stdio", "nats:svc", "--tlsca", cert],
      { NATS_URL: `tls://[::1]:${port}` },
    ));
    assertEquals(refused, {
      code: 1,
      stdout: "",
      stderr:
        `winipc: nats:svc: Cannot connect to NATS at [::1]:${port}: The connection was closed before the server answered\n`,
    });
    server.kill("SIGTERM");
    await server.status;
  },
});

/**
 * A fatal alert of TLS, certificate_required: RFC 8446, sections 5.1 and 6. A
 * real server sends it behind the handshake and closes the connection, which
 * the client, busy writing its request, may see first.
 */
const CERTIFICATE_REQUIRED = new Uint8Array([0x15, 3, 3, 0, 2, 2, 116]);

Deno.test({
  name: "relay reports that the server of a WebSocket demands a certificate",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const refusing = listener.accept().then(async (connection) => {
      using _connection = connection;
      await connection.read(new Uint8Array(4096));
      await connection.write(CERTIFICATE_REQUIRED);
      await connection.closeWrite();
      // The client closes when it has read the alert.
      while (await connection.read(new Uint8Array(4096)) !== null);
    });
    const end = `ws:wss://127.0.0.1:${listener.addr.port}/`;
    assertEquals(await outcome(winipc(["relay", "stdio", end])), {
      code: 4,
      stdout: "",
      stderr:
        `winipc: ${end}: The server demands a client certificate, which a ws: end cannot give\n`,
    });
    await refusing;
  },
});

Deno.test({
  name: "relay speaks TLS to a WebSocket",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    await using certificate = await Certificate.make();
    const { cert, key } = certificate;
    await using server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      cert: await Deno.readTextFile(cert),
      key: await Deno.readTextFile(key),
      onListen() {},
    }, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = ({ data }) => {
        socket.send(data);
        socket.close();
      };
      return response;
    });
    const url = `wss://127.0.0.1:${server.addr.port}/echo`;
    // Its stdin has ended by then: it must not take the time that the answer
    // takes for its end.
    const linger = ["--linger", "600000"];
    const talking = winipc(["relay", "stdio", `ws:${url}`, ...linger], {
      DENO_CERT: cert,
      // The WebSocket must not bypass the TLS connection.
      NO_PROXY: "127.0.0.1",
    });
    await type(talking, "over TLS");
    assertEquals(await outcome(talking), {
      code: 0,
      stdout: "over TLS\n",
      stderr: "",
    });
    const doubting = winipc(["relay", "stdio", `ws:${url}`]);
    const { code, stderr } = await outcome(doubting);
    assertEquals(code, 1);
    assertMatch(stderr, /^winipc: ws:wss:.*certificate/i);
  },
});
