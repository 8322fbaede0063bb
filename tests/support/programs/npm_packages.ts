/**
 * Packages of npm for tests, on Linux and on Windows.
 *
 * @module
 */

import { dirname } from "node:path";
import { removeTree, renameNew } from "../../../lib/wine/cache.ts";
import {
  fetchPackage,
  type NpmPackage,
  withPacked,
} from "../../../lib/wine/npm_package.ts";
import { unpackTgz } from "./tar.ts";

/**
 * Installs the files of a package into `folder`, which exists only when it is
 * complete.
 *
 * @param prepare Changes the unpacked folder before it is moved into place.
 * @throws {HostError} When npm is missing, the network fails or the checksum
 * differs.
 */
export async function installPackage(
  wanted: NpmPackage,
  folder: string,
  prepare: (folder: string) => Promise<void> = async () => {},
): Promise<void> {
  const archive = `${folder}.tgz`;
  await Deno.mkdir(dirname(folder), { recursive: true });
  await fetchPackage(wanted, archive);
  const partial = `${folder}.partial`;
  await removeTree(partial);
  await unpackTgz(archive, partial);
  await prepare(partial);
  await removeTree(folder);
  await renameNew(partial, folder);
  await removeTree(archive);
}

/**
 * Installs small packages below `folder`, each into `node_modules/<its name>`.
 * npm runs once for all of them, and each is verified by its checksum before it
 * is unpacked. The folder exists only when it is complete.
 *
 * @throws {HostError} When npm is missing, the network fails or a checksum
 * differs.
 */
export async function installPackages(
  wanted: readonly NpmPackage[],
  folder: string,
): Promise<void> {
  await Deno.mkdir(dirname(folder), { recursive: true });
  const partial = `${folder}.partial`;
  await removeTree(partial);
  await withPacked(wanted, dirname(folder), async (file, { name }) => {
    await unpackTgz(file, `${partial}/node_modules/${name}`);
  });
  await removeTree(folder);
  await renameNew(partial, folder);
}
