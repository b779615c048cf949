import { constants, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { absolute } from '../core/absolute.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { namesOf } from '../core/sidecars.ts'
import { writeError } from './file-errors.ts'

/**
 * The file that is written for a path as given: absolute, and without symbolic links, so that one file has one name
 * however it is reached. A link stays a link: partial and manifest are beside the file that it leads to.
 */
export const targetOf = (ctx: Context, path: string): string => withoutLinks(absolute(ctx.environment, path))

const withoutLinks = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch (error) {
    // What cannot be followed is taken by its name: opening it fails for the same cause, and that is reported.
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) return path
  }
  const place = join(withoutLinks(dirname(path)), basename(path))
  // A link whose file does not exist yet: the file is created where the link leads to.
  const led = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(place) : undefined
  return led === undefined ? place : withoutLinks(resolve(dirname(place), led))
}

const statOf = async (path: string) => {
  try {
    return await stat(path)
  } catch (error) {
    // A name that is too long is not there either; `checkLength` says so.
    if (['ENOENT', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

/** The nearest folder above a path that exists: where missing ones will be created. */
const nearestFolder = async (path: string): Promise<string> => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await statOf(folder)
    if (found?.isDirectory()) return folder
    if (found || folder === dirname(folder))
      throw new EntrapipeError(
        'FILE_UNWRITABLE',
        `${path} cannot be written: ${folder} is not a folder; write to another place`,
        { facts: { path } },
      )
  }
}

/** The file system itself says which names are too long; one that does not is held to what is usual. */
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

/** Refuses a name that only fits until its partial or its manifest is written. */
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

/**
 * Refuses a target that could not be written, before anything is read. Creates nothing.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`
 */
export const checkTarget = async (path: string): Promise<void> => {
  try {
    const found = await statOf(path)
    if (found?.isDirectory())
      throw new EntrapipeError('FILE_UNWRITABLE', `${path} is a folder; name a file in it`, { facts: { path } })
    if (found && !found.isFile())
      throw new EntrapipeError(
        'FILE_UNWRITABLE',
        `${path} is a device or a pipe, where nothing can be renamed; write to stdout (-) and redirect that`,
        { facts: { path } },
      )
    const folder = await nearestFolder(path)
    await access(folder, constants.W_OK | constants.X_OK)
    await checkLength(path, folder)
  } catch (error) {
    throw writeError(error, path)
  }
}
