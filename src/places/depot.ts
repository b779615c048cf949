import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createReadStream } from 'node:fs'
import type { Context } from '../core/context.ts'
import type { Depot } from '../core/depot.ts'
import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { ObjectStore } from '../core/object-store.ts'
import { partialOf } from '../core/sidecars.ts'
import { readError, writeError } from './file-errors.ts'
import { objectsAt } from './objects-at.ts'
import { createOwned } from './owned-file.ts'
import { digestOf } from './sha256.ts'

/** Folders whose clients are kept: each signs in. */
const mostKept = 100
const pieceBytes = 1024 * 1024

/**
 * @param address of blobs or a bucket
 * @param folder has mode 0700
 * @throws EntrapipeError `OPTION_INVALID` for an address that cannot be used
 */
export const depotAt = (address: string, folder: string, ctx: Context): Depot => {
  const root = address.endsWith('/') ? address : `${address}/`
  const stores = new Map<string, ObjectStore>()
  const inFolder = (name: string): ObjectStore => {
    const store = stores.get(name) ?? objectsAt(root + (name === '' ? '' : `${name}/`))
    if (stores.size > mostKept) stores.clear()
    stores.set(name, store)
    return store
  }
  // Refuses an address that is none at once.
  inFolder('')
  const split = (name: string): readonly [ObjectStore, string] => {
    const at = name.lastIndexOf('/')
    return [inFolder(name.slice(0, Math.max(at, 0))), name.slice(at + 1)]
  }

  const copy = async (name: string, sha256: string | undefined): Promise<void> => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // Another process of this machine may copy it at the same time.
    const partial = partialOf(`${path}.${randomUUID()}`)
    const [store, own] = split(name)
    const hash = createHash('sha256')
    try {
      const file = await createOwned(partial)
      try {
        for await (const piece of store.read(ctx, own)) {
          hash.update(piece)
          await file.writeFile(piece)
        }
        await file.sync()
      } finally {
        await file.close()
      }
      const found = hash.digest('hex')
      if (sha256 !== undefined && found !== sha256) throw changed(name, sha256, found)
      await rename(partial, path)
    } catch (error) {
      await rm(partial, { force: true })
      throw ctx.signal.aborted ? ctx.signal.reason : writeError(error, path)
    }
  }

  const cleared = async (name: string): Promise<void> => {
    const store = inFolder(name)
    for await (const below of store.folders(ctx)) await cleared(`${name}/${below}`)
    const names = new Set<string>()
    for await (const one of store.list(ctx)) names.add(one.name)
    await store.remove(ctx, [...names])
  }

  return {
    address: root,
    folder,
    ctx,
    in: inFolder,
    async send(name) {
      const path = join(folder, name)
      const [store, own] = split(name)
      const upload = await store.upload(ctx, own)
      try {
        const hash = createHash('sha256')
        let bytes = 0
        for await (const piece of reading(path)) {
          hash.update(piece)
          bytes += piece.length
          await upload.append(piece)
        }
        const sha256 = hash.digest('hex')
        await upload.finish(sha256)
        return { bytes, sha256 }
      } catch (error) {
        await upload.abort().catch(() => undefined)
        throw error
      }
    },
    async fetch(name, sha256) {
      const path = join(folder, name)
      try {
        if (sha256 === undefined ? await stat(path) : (await digestOf(path, ctx.signal)).sha256 === sha256) return
      } catch (error) {
        if (sha256 !== undefined && !isCode(error, 'FILE_MISSING')) throw error
      }
      await copy(name, sha256)
    },
    async clear(name) {
      await cleared(name)
      await rm(join(folder, name), { recursive: true, force: true })
    },
  }
}

async function* reading(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>
  } catch (error) {
    throw readError(error, path)
  }
}

const changed = (name: string, expected: string, found: string): EntrapipeError =>
  new EntrapipeError('INPUT_CHANGED', `${name} is not the file that was sent: its SHA-256 has changed.`, {
    facts: given({ path: name, expected, found }),
    fix: 'Send the file again, and submit the job with it.',
  })
