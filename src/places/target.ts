import { constants, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Context } from '../core/context.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { writeError } from './file-errors.ts'

/** A path as given, made absolute. */
export const absolute = (ctx: Context, path: string): string => resolve(ctx.environment.cwd, path)

/**
 * The file that is written for a path as given: absolute, and without symbolic links, so that one file has one name
 * however it is reached. A link stays a link: partial and manifest stand beside the file that it leads to.
 */
export const targetOf = (ctx: Context, path: string): string => withoutLinks(absolute(ctx, path))

const withoutLinks = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch (error) {
    // What cannot be followed is taken as it is named: whoever opens it meets the cause, and tells it.
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) return path
  }
  const place = join(withoutLinks(dirname(path)), basename(path))
  // A link whose file is not there yet: it is made where the link leads to.
  const led = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(place) : undefined
  return led === undefined ? place : withoutLinks(resolve(dirname(place), led))
}

const statOf = async (path: string) => {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The nearest folder above a path that exists: where missing ones will be made. */
const nearestFolder = async (path: string): Promise<string> => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await statOf(folder)
    if (found?.isDirectory()) return folder
    if (found || folder === dirname(folder))
      throw new EntrapipeError(
        'FILE_UNWRITABLE',
        `${path} cannot be written: ${folder} is not a folder; write to another place`,
        {
          facts: { path },
        },
      )
  }
}

/**
 * Refuses a target that could not be written, before anything is read. Makes nothing.
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
    await access(await nearestFolder(path), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw writeError(error, path)
  }
}
