/**
 * The sockets of NATS' client, changed so that they accept the certificate of an
 * address, and learn why a server refuses the client's certificate.
 *
 * By TLS 1.3 a server refuses it after the client's part of the handshake (RFC 8446,
 * section 4.4.2.4). At that time NATS' client listens for no errors, so that
 * the alert would end the program, and later it reports a failed write instead.
 *
 * @module
 */

import type { TLSSocket } from "node:tls";
import { nodeModule } from "../../win32/node_modules.ts";
import type { NodeSockets, NodeTransportParts } from "./client.ts";

const REQUIRED =
  "The server demands a client certificate; give one, and its key (tlscert, tlskey)";
const ALERT = /^ERR_SSL_.*ALERT/;
const ALERT_REQUIRED = /ALERT_CERTIFICATE_REQUIRED$/;

/** The class of these sockets. */
export function tlsTransport({ NodeTransport }: NodeSockets) {
  return class extends NodeTransport {
    #alert: Error | undefined;

    override async peekInfo(): ReturnType<NodeTransportParts["peekInfo"]> {
      const info = await super.peekInfo();
      // "The client must provide a valid certificate during the TLS handshake"
      // (https://docs.nats.io/reference/reference-protocols/nats-protocol#info).
      if (info.tls_verify === true && !this.options.tls?.cert) {
        throw new Deno.errors.PermissionDenied(REQUIRED);
      }
      return info;
    }

    override async startTLS(): Promise<TLSSocket> {
      const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
      const { socket, tlsName, options } = this;
      const { remoteAddress: host } = socket;
      const secure = nodeModule("node:tls").connect(
        {
          servername: tlsName,
          // The certificate of a server without a name is for its address.
          ...tlsName === "" && host !== undefined && { host },
          ...options.tls,
          socket,
        },
        () => resolve(secure),
      );
      let first: Error | undefined;
      secure.on("error", (error: Error & { code?: string }) => {
        first ??= error;
        if (!ALERT.test(error.code ?? "")) return;
        this.#alert = ALERT_REQUIRED.test(error.code!)
          ? new Deno.errors.PermissionDenied(REQUIRED, { cause: error })
          : error;
      });
      secure.on("close", () => reject(this.#alert ?? first));
      return await promise;
    }

    override setupHandlers(): void {
      super.setupHandlers();
      if (this.socket.destroyed) void this.close();
    }

    override async closed(): Promise<void | Error> {
      const error = await super.closed();
      return this.#alert ?? error;
    }
  };
}
