import { constants, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { absolute } from '../core/absolute.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { partsManifest } from '../core/part-names.ts'
import { fileOfManifest, fileOfPartial, manifestOf, namesOf, partialOf } from '../core/sidecars.ts'
import { writeError } from './file-errors.ts'

/**
 * Resolves a path as given to the file that is written: absolute, and without symbolic links, so that one file always has
 * one name. A link stays a link: partial and manifest are beside the file that it points to.
 */
export const targetOf = (ctx: Context, path: string): string => withoutLinks(absolute(ctx.environment, path))

const withoutLinks = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch (error) {
    // A path that cannot be resolved is used as it is. Opening it fails for the same reason, and that is reported.
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) return path
  }
  const place = join(withoutLinks(dirname(path)), basename(path))
  // A link whose file does not exist yet: the file is created where the link points.
  const led = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(place) : undefined
  return led === undefined ? place : withoutLinks(resolve(dirname(place), led))
}

const statOf = async (path: string) => {
  try {
    return await stat(path)
  } catch (error) {
    // A name that is too long does not exist either; `checkLength` reports it.
    if (['ENOENT', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

/** Returns the nearest existing folder above a path. Missing ones will be created in it. */
const nearestFolder = async (path: string): Promise<string> => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await statOf(folder)
    if (found?.isDirectory()) return folder
    if (found || folder === dirname(folder))
      throw new EntrapipeError(
        'FILE_UNWRITABLE',
        `${path} cannot be written: ${folder} is not a folder; write to another file or folder`,
        { facts: { path } },
      )
  }
}

/** The usual limit, for file systems that do not report names that are too long. */
const mostBytes = 255

const isTooLong = async (folder: string, name: string): Promise<boolean> => {
  if (Buffer.byteLength(name) > mostBytes) return true
  try {
    await lstat(join(folder, name))
    return false
  } catch (error) {
    return systemCode(error) === 'ENAMETOOLONG'
  }
}

/** Refuses a name that fits, but whose partial or manifest would have a name that is too long. */
const checkLength = async (path: string, folder: string): Promise<void> => {
  const missing = relative(folder, dirname(path)).split(sep)
  for (const name of missing) if (await isTooLong(folder, name)) throw tooLong(path, `the folder name ${name}`)
  const longest = namesOf(basename(path)).at(-1)!
  if (await isTooLong(folder, longest))
    throw tooLong(path, 'its name', Buffer.byteLength(longest) - Buffer.byteLength(basename(path)))
}

const tooLong = (path: string, what: string, extra?: number): EntrapipeError =>
  new EntrapipeError(
    'FILE_UNWRITABLE',
    extra === undefined
      ? `${path} cannot be written: ${what} is too long`
      : `${path} cannot be written: ${what} is too long, because the files written beside it have ${extra} more bytes in theirs`,
    { facts: { path }, fix: 'Use a shorter name.' },
  )

/** Refuses a path whose manifest would have the name of a folder: it is written last, when all rows have been read. */
const checkManifest = async (path: string): Promise<void> => {
  const manifest = manifestOf(path)
  for (const name of [manifest, partialOf(manifest)])
    if ((await lstat(name).catch(() => undefined))?.isDirectory())
      throw new EntrapipeError('FILE_UNWRITABLE', `${name} is a folder, and the manifest of ${path} has that name`, {
        facts: { path: name },
        fix: 'Move or remove the folder, or write to another file.',
      })
}

/** Refuses names of files that are written beside others: `verify` would take the rows for the manifest of another file. */
const checkName = (path: string): void => {
  const of = fileOfManifest(path) ?? fileOfPartial(path)
  if (of === undefined && basename(path) !== partsManifest) return
  const what =
    of === undefined ? 'the manifest of a folder of part files' : `a file that is written beside ${basename(of)}`
  throw new EntrapipeError('FILE_UNWRITABLE', `${path} cannot be written: it is the name of ${what}`, {
    facts: { path },
    fix: 'Use another name.',
  })
}

/**
 * Refuses a target that cannot be written, before anything is read. Creates nothing.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`
 */
export const checkTarget = async (path: string): Promise<void> => {
  checkName(path)
  try {
    const found = await statOf(path)
    if (found?.isDirectory())
      throw new EntrapipeError('FILE_UNWRITABLE', `${path} is a folder; name a file in it`, { facts: { path } })
    if (found && !found.isFile())
      throw new EntrapipeError(
        'FILE_UNWRITABLE',
        `${path} is a device or a pipe and cannot be replaced by a file; write to stdout (-) and redirect it`,
        { facts: { path } },
      )
    const folder = await nearestFolder(path)
    await access(folder, constants.W_OK | constants.X_OK)
    await checkLength(path, folder)
    await checkManifest(path)
  } catch (error) {
    throw writeError(error, path)
  }
}
