import { existsSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { partialOf } from '../../core/sidecars.ts'
import { version } from '../../core/version.ts'
import { manifestSet, readManifestSet } from '../../formats/manifest-set.ts'
import { byteFile } from '../../places/byte-file.ts'
import { isRemote } from '../../places/objects-at.ts'
import { checkTarget } from '../../places/target.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { counted } from '../report/words.ts'
import type { Matching } from './verify-at.ts'

/**
 * Refuses a name that a set of manifests cannot have, before anything is verified.
 *
 * @throws EntrapipeError `USAGE`, `FILE_UNWRITABLE`
 */
export const checkSet = async (to: string, cli: Cli): Promise<void> => {
  const path = absolute(cli.environment, to)
  if (isRemote(to) || !/\.json$/i.test(to))
    throw new EntrapipeError(
      'USAGE',
      `Expected --write to be a file on this machine whose name ends in .json, got ${to}.`,
    )
  await checkTarget(path)
  expectNoPartial(path)
  if (existsSync(path) && !(await readManifestSet(path)))
    throw new EntrapipeError('FILE_UNWRITABLE', `${to} already exists, and is not a set of manifests.`, {
      facts: { path },
      fix: 'Name another file with --write, or remove this one.',
    })
}

/** A run may be writing it. @throws EntrapipeError `FILE_UNWRITABLE` */
const expectNoPartial = (path: string): void => {
  const partial = partialOf(path)
  if (existsSync(partial))
    throw new EntrapipeError('FILE_UNWRITABLE', `${partial} is in the way: an unfinished run may have written it.`, {
      facts: { path },
      fix: 'Name another file with --write, or remove it if no run in `entrapipe runs list` writes it.',
    })
}

/**
 * Writes a set of what was verified, and prints a line. An earlier set of the name is replaced.
 *
 * @throws EntrapipeError `OPTION_INVALID` for listings of different directories, `FILE_UNWRITABLE`, `DISK_FULL`
 */
export const writeSet = async (to: string, matching: readonly Matching[], cli: Cli): Promise<void> => {
  const path = absolute(cli.environment, to)
  const folder = dirname(path)
  const named = (at: string): string =>
    isRemote(at)
      ? at
      : `${relative(folder, absolute(cli.environment, at)).split(sep).join('/')}${/[\\/]$/.test(at) ? '/' : ''}`
  const listings = new Map(matching.map(one => [named(one.path), { ...one, path: named(one.path) }]))
  const [first, ...others] = listings.values()
  const set = manifestSet([first!, ...others], {
    entrapipe: version,
    writtenAt: new Date(cli.clock.now()).toISOString(),
  })
  // What was verified may have taken hours.
  expectNoPartial(path)
  const file = await byteFile(path)
  try {
    await file.append(Buffer.from(`${JSON.stringify(set, undefined, 2)}\n`))
    await file.publish()
  } catch (error) {
    await file.remove()
    throw error
  }
  await printLines(cli, [
    cli.json()
      ? JSON.stringify({ path: to, written: true, set })
      : `Wrote ${to}: ${counted(set.listings.length, 'listing')} with ${counted(set.rows, 'row')}, ${set.completeness}.`,
  ])
}
