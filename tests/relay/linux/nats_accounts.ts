/** A NATS server's operator, account and user, as `nsc` would make them. */

/** What `@nats-io/nkeys` gives, as far as it is used. */
interface KeyPair {
  getPublicKey(): string;
  getSeed(): Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

interface Nkeys {
  createOperator(): KeyPair;
  createAccount(): KeyPair;
  createUser(): KeyPair;
}

const encoder = new TextEncoder();
const UNLIMITED = { subs: -1, data: -1, payload: -1 };

/** The server's configuration for accounts, and the credentials of a user. */
export async function makeAccounts(): Promise<{
  config: string;
  creds: string;
}> {
  const specifier = ["npm", "@nats-io/nkeys@2.0.3"].join(":");
  const nkeys = await import(specifier) as Nkeys;
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const user = nkeys.createUser();
  const operatorJwt = token(operator, operator, "operator", {});
  const accountJwt = token(operator, account, "account", {
    limits: {
      ...UNLIMITED,
      imports: -1,
      exports: -1,
      wildcards: true,
      conn: -1,
      leaf: -1,
    },
  });
  const userJwt = token(account, user, "user", UNLIMITED);
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: `operator: ${operatorJwt}
resolver: MEMORY
resolver_preload: { ${account.getPublicKey()}: ${accountJwt} }
`,
    creds: `-----BEGIN NATS USER JWT-----
${userJwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`,
  };
}

/** The claims of `subject`, signed by `issuer`. */
function token(
  issuer: KeyPair,
  subject: KeyPair,
  type: string,
  claims: object,
): string {
  const head = { typ: "JWT", alg: "ed25519-nkey" };
  const body = {
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: type,
    sub: subject.getPublicKey(),
    nats: { ...claims, type, version: 2 },
  };
  const plain = [head, body].map((part) => base64(json(part))).join(".");
  return `${plain}.${base64(issuer.sign(encoder.encode(plain)))}`;
}

function json(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

function base64(data: Uint8Array): string {
  return data.toBase64({ alphabet: "base64url", omitPadding: true });
}
