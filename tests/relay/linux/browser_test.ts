/**
 * A browser of Linux, which writes to a mailslot of Windows over a WebSocket.
 * It runs in the Deno of this machine, beside Wine.
 */

import { assertEquals } from "@std/assert";
import { LIMIT_MS, lineWith, winipc } from "./programs.ts";

const CHROMIUM = Deno.env.get("WINIPC_TEST_CHROMIUM");
/** A page of a headless browser, by its own protocol for tools. */
class Browser implements AsyncDisposable {
  /** Resolves when the last of its processes has ended, and writes no more. */
  readonly #ended: Promise<void>;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #last = 0;

  private constructor(
    ended: Promise<void>,
    folder: string,
    socket: WebSocket,
  ) {
    this.#ended = ended;
    this.#folder = folder;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      this.#waiting.get(id)?.(result ?? { error });
    };
  }

  static async start(program: string): Promise<Browser> {
    const folder = await Deno.makeTempDir({ prefix: "winipc-browser-" });
    const child = new Deno.Command(program, {
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).spawn();
    const [said, rest] = child.stderr.tee();
    const ended = rest.pipeTo(new WritableStream());
    const url = await lineWith(said, /DevTools listening on (\S+)/);
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.onopen = resolve);
    return new Browser(ended, folder, socket);
  }

  /** Opens a page. */
  async open(url: string): Promise<void> {
    await this.#call("Target.createTarget", { url });
  }

  /** What `script` gives on a page of its own that is from nowhere. */
  async run(script: string): Promise<unknown> {
    const url = "about:blank";
    const { targetId } = await this.#call("Target.createTarget", { url });
    const { sessionId } = await this.#call("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const { result } = await this.#call("Runtime.evaluate", {
      expression: script,
      awaitPromise: true,
      returnByValue: true,
    }, sessionId as string);
    return (result as { value: unknown }).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    await this.#call("Browser.close", {});
    await closed;
    await this.#ended;
    await Deno.remove(this.#folder, { recursive: true });
  }

  #call(
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve) =>
      this.#waiting.set(id, resolve as (answer: unknown) => void)
    );
  }
}

/** What a page does: opens a WebSocket, sends three messages, and waits for its close. */
function page(url: string): string {
  return `new Promise((done) => {
    const socket = new WebSocket(${JSON.stringify(url)});
    socket.onopen = () => {
      socket.send("from a browser");
      socket.send(new TextEncoder().encode("als Bytes: 中文"));
      socket.send("Exit");
      socket.close(1000);
    };
    socket.onclose = ({ code }) => done(location.origin + " " + code);
  })`;
}

Deno.test({
  name: `relay lets a browser's page write to a mailslot${
    CHROMIUM ? "" : " (no Chromium here)"
  }`,
  ignore: CHROMIUM === undefined,
  // Child processes outlive the test by what is left in their pipes.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const name = `winipc-browser-${crypto.randomUUID()}`;
    const reader = winipc(["mailslot", "read", name]);
    const relay = winipc(["relay", "ws-listen:0", `mailslot:${name}`]);
    const url = await lineWith(relay.stderr, /^ready: (ws:.*)$/);
    await lineWith(reader.stderr, /^(ready): /);
    await using browser = await Browser.start(CHROMIUM!);
    const done = Promise.withResolvers<string>();
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        if (request.method === "POST") done.resolve(await request.text());
        const script = `${page(url)}
          .then((body) => fetch("/", { method: "POST", body }))`;
        return new Response(`<!doctype html><script>${script}</script>`, {
          headers: { "content-type": "text/html; charset=utf-8" },
        });
      },
    );
    const { port } = server.addr;
    // A page of this computer may; one that nobody knows may not.
    await browser.open(`http://127.0.0.1:${port}/`);
    assertEquals(await done.promise, `http://127.0.0.1:${port} 1000`);
    assertEquals(
      await reader.stdout.text(),
      "from a browser\nals Bytes: 中文\n",
    );
    assertEquals(await browser.run(page(url)), "null 1006");
    relay.kill("SIGINT");
    await relay.status;
  },
});
