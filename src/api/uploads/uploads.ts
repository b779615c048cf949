import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EntrapipeError, errorOf } from '../../core/errors.ts'
import type { Clock } from '../../core/clock.ts'
import type { Depot } from '../../core/depot.ts'
import type { Environment } from '../../core/environment.ts'
import { writeError } from '../../places/file-errors.ts'
import { createOwned } from '../../places/owned-file.ts'
import type { Line, Tables } from '../../store/tables/tables.ts'
import { hasRole, type Caller } from '../access/caller.ts'
import { checkStream, checkWorkbook, expectWorkbook, type Checked, type UploadedFile } from './check-upload.ts'
import { removeOld } from '../remove-old.ts'
import { handOver } from './hand-over.ts'

/** A file that was sent. */
interface Upload {
  readonly id: string
  readonly name: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** The files that people have sent. */
export interface Uploads {
  /**
   * Writes a file, readable by its owner only, while its rows are checked. Nothing stays if that fails.
   *
   * @param pieces are read until they end, or until the file turns out not to be accepted
   * @throws EntrapipeError what `checkStream` throws; `BODY_TOO_LARGE`, `DISK_FULL`
   */
  add(
    file: Omit<UploadedFile, 'mostBytes'>,
    pieces: AsyncIterable<Buffer>,
    by: Caller,
    signal: AbortSignal,
  ): Promise<Upload & Checked>
  /** @throws EntrapipeError `UPLOAD_UNKNOWN`, also if it is somebody else's */
  find(id: string, caller: Caller): Promise<Upload & { readonly path: string }>
  /** Forgets and removes files that are older than this time. @param isUsed whether a job has it as its input */
  sweep(olderMs: number, isUsed: (id: string) => Promise<boolean>): Promise<void>
  isKnown(id: string): Promise<boolean>
}

/** The folder of uploads, in that of all files. */
export const uploadsName = 'uploads'

const uploadOf = (line: Line): Upload => ({
  id: String(line['id']),
  name: String(line['name']),
  rows: Number(line['row_count']),
  bytes: Number(line['byte_count']),
  sha256: String(line['sha256']),
})

/**
 * Keeps each file in a folder of its own, under its own name.
 *
 * @param folder has mode 0700
 */
export const uploadsIn = (
  folder: string,
  tables: Tables,
  options: {
    readonly clock: Clock
    readonly environment: Environment
    readonly mostBytes: number
    /** Where files are kept besides, for all machines. Their paths are then names there. */
    readonly depot?: Depot | undefined
  },
): Uploads => {
  const { clock, mostBytes, depot } = options

  const write = async (
    own: string,
    file: UploadedFile,
    pieces: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<Checked & Pick<Upload, 'bytes' | 'sha256'>> => {
    const path = join(own, file.name)
    const hash = createHash('sha256')
    const given = handOver()
    const surroundings = { ...options, signal }
    const checking = checkStream(file, given.pieces, surroundings)
    // What it throws is thrown where the next piece is handed over, or at the end.
    checking?.then(given.close, given.fail)
    let bytes = 0
    try {
      const handle = await createOwned(path)
      try {
        for await (const piece of pieces) {
          if (bytes === 0 && !checking) expectWorkbook(file.name, piece)
          bytes += piece.length
          if (bytes > mostBytes)
            throw new EntrapipeError('BODY_TOO_LARGE', `${file.name} is larger than the server accepts.`, {
              facts: { mostBytes },
            })
          hash.update(piece)
          await handle.writeFile(piece)
          if (checking) await given.push(piece)
        }
        given.end()
        await handle.sync()
      } finally {
        await handle.close()
      }
      return {
        ...(checking ? await checking : await checkWorkbook(own, file, surroundings)),
        bytes,
        sha256: hash.digest('hex'),
      }
    } catch (error) {
      given.fail(errorOf(error))
      await checking?.catch(() => undefined)
      throw writeError(error, file.name)
    }
  }

  return {
    async add(asked, pieces, by, signal) {
      const id = randomUUID()
      const own = join(folder, id)
      try {
        await mkdir(own, { mode: 0o700 })
      } catch (error) {
        throw writeError(error, asked.name)
      }
      try {
        const made = await write(own, { ...asked, mostBytes }, pieces, signal)
        await depot?.send(`${uploadsName}/${id}/${asked.name}`)
        await tables.query(
          `insert into uploads (id, name, operation, row_count, byte_count, sha256, made_by, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [id, asked.name, asked.operation?.kind ?? null, made.rows, made.bytes, made.sha256, by.id, clock.now()],
        )
        return { id, name: asked.name, ...made }
      } catch (error) {
        await rm(own, { recursive: true, force: true })
        throw error
      }
    },
    async find(id, caller) {
      const [line] = await tables.query('select * from uploads where id = $1', [id])
      if (!line || (line['made_by'] !== caller.id && !hasRole(caller, 'Admin')))
        throw new EntrapipeError('UPLOAD_UNKNOWN', 'There is no upload with this id.', { fix: 'Send the file again.' })
      const upload = uploadOf(line)
      return { ...upload, path: depot ? `${uploadsName}/${id}/${upload.name}` : join(folder, id, upload.name) }
    },
    async sweep(olderMs, isUsed) {
      for (const { id } of await tables.query('select id from uploads where created_at < $1', [olderMs]))
        if (!(await isUsed(String(id)))) {
          await tables.query('delete from uploads where id = $1', [id!])
          await depot?.clear(`${uploadsName}/${id}`)
        }
      // Copies are removed apart from that.
      if (depot) return
      const known = new Set((await tables.query('select id from uploads')).map(({ id }) => String(id)))
      await removeOld(folder, olderMs, async name => known.has(name))
    },
    async isKnown(id) {
      return (await tables.query('select id from uploads where id = $1', [id])).length > 0
    },
  }
}
