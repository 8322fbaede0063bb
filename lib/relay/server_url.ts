/**
 * URLs of servers, with a user and a password.
 *
 * @module
 */

/** A URL, and its user and password, decoded. */
export interface ServerUrl {
  readonly url: URL;
  readonly user: string;
  readonly password: string;
}

/**
 * Parses a URL. Returns undefined for an invalid one, and for a user or a
 * password with a `%` that encodes nothing.
 */
export function parseServerUrl(text: string): ServerUrl | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  try {
    return {
      url,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
  } catch {
    return undefined;
  }
}
