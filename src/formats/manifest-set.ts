import { readFile, stat } from 'node:fs/promises'
import { worst } from '../core/completeness.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { isFields } from '../core/json.ts'
import type { Listing, ManifestSet } from '../core/manifest-set.ts'

/**
 * Makes a set of listings that were verified: as complete as the worst of them.
 *
 * @param made version of the program, and the time
 * @throws EntrapipeError `OPTION_INVALID` for listings of different directories
 */
export const manifestSet = (
  listings: ManifestSet['listings'],
  made: Pick<ManifestSet, 'entrapipe' | 'writtenAt'>,
): ManifestSet => {
  const manifests = listings.map(({ manifest }) => manifest)
  const [first, ...others] = manifests
  const { completeness } = worst([first!, ...others])
  const reasons = listings.flatMap(({ path, manifest: { why } }) => (why === undefined ? [] : [`${path}: ${why}`]))
  const tenants = manifests.map(({ tenant }) => tenant)
  expectOneDirectory(listings)
  return {
    ...made,
    ...(tenants.every(tenant => tenant !== undefined) && { tenant: tenants[0]! }),
    startedAt: manifests.map(({ startedAt }) => startedAt).toSorted()[0]!,
    endedAt: manifests
      .map(({ endedAt }) => endedAt)
      .toSorted()
      .at(-1)!,
    completeness,
    ...(reasons.length > 0 && { why: reasons.join('; ') }),
    rows: listings.reduce((sum, listing) => sum + rowsIn(listing), 0),
    listings,
  }
}

const rowsIn = ({ file, manifest }: Listing): number =>
  (file ? [file] : manifest.files).reduce((sum, { rows }) => sum + rows, 0)

const expectOneDirectory = (listings: readonly Listing[]): void => {
  const named = listings.filter(({ manifest }) => manifest.tenant !== undefined)
  const [first, ...others] = named
  const other = others.find(({ manifest }) => manifest.tenant!.id !== first!.manifest.tenant!.id)
  if (!other) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    `${first!.path} is of the directory ${first!.manifest.tenant!.id}, and ${other.path} of ${other.manifest.tenant!.id}.`,
    { fix: 'Write one set for each directory.' },
  )
}

/** A larger file has rows: it is not read into memory. */
const mostBytes = 100 * 1024 * 1024

/**
 * Reads a set of manifests. Undefined if the file is something else, or missing.
 *
 * @throws EntrapipeError `FILE_UNREADABLE`, `INPUT_MALFORMED` for a set that was edited
 */
export const readManifestSet = async (path: string): Promise<ManifestSet | undefined> => {
  let value: unknown
  try {
    if ((await stat(path)).size > mostBytes) return undefined
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const code = systemCode(error)
    if (error instanceof SyntaxError || code === 'ENOENT' || code === 'EISDIR' || code?.startsWith('ERR_'))
      return undefined
    throw new EntrapipeError('FILE_UNREADABLE', `${path} cannot be read (${code ?? 'failed'}).`, {
      cause: error,
      facts: { path },
    })
  }
  if (!isFields(value) || !Array.isArray(value['listings']) || typeof value['writtenAt'] !== 'string') return undefined
  const isListing = (one: unknown): boolean =>
    isFields(one) &&
    typeof one['path'] === 'string' &&
    isFields(one['manifest']) &&
    Array.isArray(one['manifest']['files'])
  if (value['listings'].length > 0 && value['listings'].every(isListing)) return value as unknown as ManifestSet
  throw new EntrapipeError('INPUT_MALFORMED', `${path} is not a set of manifests. Was it edited?`, { facts: { path } })
}
