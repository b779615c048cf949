import { createReadStream } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { link, lstat, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Context } from '../core/context.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import type { ObjectStore, ObjectUpload, StoredObject } from '../core/object-store.ts'
import { fileOfPartial, partialOf } from '../core/sidecars.ts'
import { targetAt } from '../core/targets.ts'
import { readError, writeError } from './file-errors.ts'
import { publishedMode, setMode } from './file-mode.ts'
import { makeFolders } from './make-folders.ts'
import { createOwned } from './owned-file.ts'
import { digestOf } from './sha256.ts'
import { syncNames } from './sync-names.ts'
import { checkTarget, targetOf } from './target.ts'
import { writeWhole } from './whole-file.ts'

/**
 * The files of a folder as objects. A file that is being written is `<name>.partial`, and only its owner can read it. The version of a
 * file is its SHA-256, so it is read to compare it. Folders in it are not objects.
 *
 * @param to as given: relative to the working folder, `~/` for the home folder, possibly a symbolic link
 */
export const folderObjects = (to: string): ObjectStore => {
  const folderOf = (ctx: Context): string => targetOf(ctx, to)
  const pathOf = (ctx: Context, name: string): string => join(folderOf(ctx), name)
  return {
    target: ctx => targetAt(folderOf(ctx)).replace(/\/*$/, '/'),
    async check(ctx) {
      const folder = folderOf(ctx)
      const found = await unlessMissing(folder, path => stat(path))
      if (found && !found.isDirectory())
        throw new EntrapipeError('FILE_UNWRITABLE', `${folder} is a file, not a folder; name another folder`, {
          facts: { path: folder },
        })
      await checkTarget(join(folder, 'x'))
    },
    upload: async (ctx, name, { like } = {}) => fileUpload(pathOf(ctx, name), like),
    async put(ctx, name, bytes, { like } = {}) {
      const path = pathOf(ctx, name)
      await explained(path, async () => {
        const made = await makeFolders(dirname(path))
        await writeWhole(path, bytes, await publishedMode(path, like))
        await syncNames(path, made)
      })
    },
    async create(ctx, name, bytes) {
      const path = pathOf(ctx, name)
      return explained(path, async () => {
        const made = await makeFolders(dirname(path))
        const partial = `${path}.${randomUUID()}.partial`
        try {
          await writeWhole(partial, bytes, await publishedMode(path, undefined))
          // A link does not replace what is there, as a rename would.
          await link(partial, path)
        } catch (error) {
          if (systemCode(error) === 'EEXIST') return false
          throw error
        } finally {
          await rm(partial, { force: true })
        }
        await syncNames(path, made)
        return true
      })
    },
    get: (ctx, name) => unlessMissing(pathOf(ctx, name), path => readFile(path)),
    async *read(ctx, name) {
      const path = pathOf(ctx, name)
      try {
        yield* createReadStream(path, { signal: ctx.signal }) as AsyncIterable<Buffer>
      } catch (error) {
        throw ctx.signal.aborted ? ctx.signal.reason : readError(error, path)
      }
    },
    async versionOf(ctx, name) {
      const path = pathOf(ctx, name)
      const found = await unlessMissing(path, () => lstat(path))
      return found?.isFile() ? (await digestOf(path, ctx.signal)).sha256 : undefined
    },
    list: ctx => filesIn(folderOf(ctx)),
    async *folders(ctx) {
      const entries = await unlessMissing(folderOf(ctx), folder => readdir(folder, { withFileTypes: true }))
      for (const entry of entries ?? []) if (entry.isDirectory()) yield entry.name
    },
    async remove(ctx, names) {
      for (const name of names)
        for (const path of [pathOf(ctx, name), partialOf(pathOf(ctx, name))]) await removed(path)
    },
  }
}

const explained = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw writeError(error, path)
  }
}

const removed = (path: string): Promise<void> => explained(path, () => rm(path, { force: true }))

const fileUpload = async (path: string, like: string | undefined): Promise<ObjectUpload> => {
  const partial = partialOf(path)
  const { handle, made } = await explained(path, async () => {
    const made = await makeFolders(dirname(path))
    return { handle: await createOwned(partial), made }
  })
  let bytes = 0
  return {
    append: chunk =>
      explained(path, async () => {
        for (let at = 0; at < chunk.length;) {
          const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, bytes)
          at += bytesWritten
          bytes += bytesWritten
        }
      }),
    finish: sha256 =>
      explained(path, async () => {
        await setMode(handle, await publishedMode(path, like))
        await handle.sync()
        await handle.close()
        await rename(partial, path)
        await syncNames(path, made)
        return sha256
      }),
    abort: () =>
      explained(path, async () => {
        // A failed finish has closed it already.
        await handle.close()
        await rm(partial, { force: true })
      }),
  }
}

const unlessMissing = async <T>(path: string, work: (path: string) => Promise<T>): Promise<T | undefined> => {
  try {
    return await work(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw readError(error, path)
  }
}

async function* filesIn(folder: string): AsyncGenerator<StoredObject> {
  const entries = await unlessMissing(folder, () => readdir(folder, { withFileTypes: true }))
  for (const entry of entries ?? []) {
    if (entry.isDirectory()) continue
    const found = await unlessMissing(join(folder, entry.name), path => lstat(path))
    const file = fileOfPartial(entry.name)
    // It was removed in between.
    if (!found) continue
    yield { name: file ?? entry.name, bytes: found.size, ...(file !== undefined && { unfinished: true }) }
  }
}
