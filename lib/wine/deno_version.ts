/** The version of Windows Deno to run, and of Deno in CI. */
export const DENO_VERSION = "2.9.6";

/** npm's checksum of `@deno/win32-x64` in that version. */
export const DENO_INTEGRITY =
  "sha512-qRGnmVz/Ea6UWPht/S3xFRK17UZ/ls38DSVfgGB17fpASLxPkksqzWUI/BzL9YYoOknYzfc94mySGyInZu/JXw==";
