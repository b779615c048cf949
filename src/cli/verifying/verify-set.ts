import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { absolute } from '../../core/absolute.ts'
import type { Listing, ManifestSet } from '../../core/manifest-set.ts'
import { manifestOf } from '../../core/sidecars.ts'
import { readManifestSet } from '../../formats/manifest-set.ts'
import { verifyFacts } from '../../formats/verify-file.ts'
import { isRemote } from '../../places/objects-at.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { counted } from '../report/words.ts'
import { different, readLoad, telling, type Matching } from './verify-at.ts'

/** The set of manifests at a path. Undefined for anything else, such as a JSON file with rows, which has a manifest of its own. */
export const setAt = async (path: string, cli: Cli): Promise<ManifestSet | undefined> => {
  if (isRemote(path) || !/\.json$/i.test(path)) return undefined
  const place = absolute(cli.environment, path)
  return existsSync(manifestOf(place)) ? undefined : readManifestSet(place)
}

/**
 * Verifies all files of a set against what the set says of them, and prints a line for the set. Returns whether all match.
 *
 * @param verified what was found to match its own manifest just now, and need not be read again
 */
export const verifySet = async (
  path: string,
  set: ManifestSet,
  cli: Cli,
  verified: readonly Matching[] = [],
): Promise<boolean> => {
  const folder = dirname(path)
  const known = new Map(verified.map(one => [absolute(cli.environment, one.path), one]))
  let differing = 0
  for (const listing of set.listings) {
    const at = isRemote(listing.path) ? listing.path : join(folder, listing.path)
    if (isAsKnown(listing, known.get(absolute(cli.environment, at)))) continue
    const isSame = await telling(async () => {
      const differences = listing.file ? await ofFile(at, listing.file, cli) : await ofLoad(at, listing, cli)
      if (differences.length > 0) throw different(at, path, differences)
    }, cli)
    if (!isSame) differing++
  }
  const { listings, completeness, why, rows } = set
  const matches = differing === 0
  const words = matches
    ? `${path} matches: ${counted(listings.length, 'listing')} with ${counted(rows, 'row')}, ${completeness}${why === undefined ? '' : ` (${why})`}.`
    : `${path} does not match: ${differing} of ${counted(listings.length, 'listing')} are missing or changed.`
  await printLines(cli, [cli.json() ? JSON.stringify({ path, matches, set }) : words])
  return matches
}

/** Whether a listing is the one that was verified. */
const isAsKnown = ({ file, manifest }: Listing, known: Matching | undefined): boolean => {
  if (!known) return false
  if (!file || !known.file) return !file && !known.file && known.manifest.run === manifest.run
  const { sha256, bytes, rows } = known.file
  return sha256 === file.sha256 && bytes === file.bytes && rows === file.rows
}

const ofFile = async (path: string, file: NonNullable<Listing['file']>, cli: Cli): Promise<readonly string[]> => {
  const { environment, signal } = cli
  return (await verifyFacts(path, file, { environment, signal })).differences
}

const ofLoad = async (to: string, { manifest }: Listing, cli: Cli): Promise<readonly string[]> => {
  const found = await readLoad(to, cli)
  return found.manifest.run === manifest.run
    ? found.differences
    : [`it has the parts of run ${found.manifest.run}, not those of ${manifest.run}`]
}
