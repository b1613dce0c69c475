/**
 * The part of a lock file that some packages need: the same versions, so that an install of it tomorrow is the
 * install of today, and nothing else.
 */

export interface LockEntry {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

export interface LockFile {
  name: string;
  version: string;
  lockfileVersion: number;
  packages: Record<string, LockEntry>;
}

/** `root` is the package.json of what is to be installed. */
export function lockSubset(
  lock: LockFile,
  root: { name: string; version: string } & Record<string, unknown>,
  wanted: readonly string[],
): object {
  const kept = new Set<string>();
  const waiting = wanted.map((name) => placeOf(lock, "", name));
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (kept.has(place)) continue;
    kept.add(place);
    for (const name of neededBy(lock.packages[place] ?? {})) {
      const found = findPlace(lock, place, name);
      if (found !== undefined) waiting.push(found);
    }
  }
  const packages = Object.entries(lock.packages).filter(([place]) => kept.has(place));
  const { name, version } = root;
  return {
    name,
    version,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: { "": root, ...Object.fromEntries(packages) },
  };
}

/** A peer that may be left out is kept only where something else needs it. */
function neededBy(entry: LockEntry): string[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (name) => entry.peerDependenciesMeta?.[name]?.optional !== true,
  );
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...peers,
  ];
}

/** As Node looks for a package: in the importer's own folder, then in those above. */
function findPlace({ packages }: LockFile, from: string, name: string): string | undefined {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))
  ) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (folder === "") return undefined;
  }
}

function placeOf(lock: LockFile, from: string, name: string): string {
  const place = findPlace(lock, from, name);
  if (place === undefined) throw new Error(`Expected ${name} in package-lock.json.`);
  return place;
}
