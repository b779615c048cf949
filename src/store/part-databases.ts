import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EntrapipeError } from '../core/errors.ts'
import { isSecretColumn } from '../core/secret-columns.ts'
import { onDisk, openDatabase, toDisk, type Database } from './database.ts'

/** For joins of a million rows. */
const cacheBytes = 16_000_000

const allowed = /^[a-z][a-z0-9-]{0,59}$/

const expectName = (name: string): void => {
  if (!allowed.test(name))
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `${JSON.stringify(name)} cannot be the name of a database: use lower-case letters, digits and hyphens.`,
    )
}

const extension = '.sqlite'
/** The file, and what SQLite keeps beside it. */
const suffixes = ['-wal', '-shm', ''] as const

/** What is in these files is not encrypted. */
const expectNoSecrets = ({ sql }: Database, name: string): void => {
  const found = sql
    .prepare(
      `select t.name as "table", c.name as "column" from sqlite_schema t join pragma_table_info(t.name) c where t.type = 'table'`,
    )
    .all()
    .find(({ column }) => isSecretColumn(String(column)))
  if (!found) return
  throw new EntrapipeError(
    'PIPELINE_INVALID',
    `The table ${String(found['table'])} of the database ${JSON.stringify(name)} has a column ${String(found['column'])}: it would keep secrets unencrypted.`,
    { fix: 'Leave the column out, or keep secrets in ctx.store.map with the option secret.' },
  )
}

/** Files of parts in a folder, opened on demand. */
interface PartFiles {
  open(name: string, versions: readonly string[]): Database
  /** Flushes to disk what was written since. */
  flush(): void
  close(): void
}

const changesOf = ({ sql }: Database): number => Number(sql.prepare('select total_changes() as n').get()!['n'])

const partFiles = (folder: string, exclusive: boolean): PartFiles => {
  const opened = new Map<string, Database>()
  /** Changes that are on disk. */
  const flushed = new Map<Database, number>()
  return {
    flush() {
      for (const database of opened.values()) {
        const changes = changesOf(database)
        if (changes === flushed.get(database)) continue
        // What is not in the write-ahead log any more was flushed when it was moved.
        toDisk(`${database.path}-wal`)
        flushed.set(database, changes)
      }
    },
    open(name, versions) {
      const there = opened.get(name)
      if (there) return there
      onDisk(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
      const database = openDatabase(join(folder, `${name}${extension}`), { versions, exclusive, cacheBytes })
      try {
        expectNoSecrets(database, name.split('@')[0]!)
      } catch (error) {
        database.close()
        throw error
      }
      opened.set(name, database)
      return database
    },
    close() {
      for (const database of opened.values()) database.close()
      opened.clear()
    },
  }
}

/** The databases that the phases of a run share. */
interface RunDatabases {
  /**
   * Opens one. It is emptied first if this phase was the first to open it, and starts over.
   *
   * @param startsOver whether the phase has no checkpoint
   */
  open(phase: string, startsOver: boolean, name: string, versions: readonly string[]): Database
  /** Flushes to disk what belongs to a checkpoint that is about to be saved. */
  flush(): void
  close(): void
}

/** Opens none. Only the process that holds the run uses them. The name of a file contains the phase that first opened it. */
export const runDatabases = (folder: string): RunDatabases => {
  const files = partFiles(folder, true)
  /** The phase that first opened a database, by name. */
  const owners = new Map<string, string>()

  const ownerOf = (name: string): string | undefined => {
    const names = onDisk(folder, () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return readdirSync(folder)
    })
    const file = names.find(each => each.startsWith(`${name}@`) && each.endsWith(extension))
    return file?.slice(name.length + 1, -extension.length)
  }
  const remove = (file: string): void =>
    onDisk(folder, () => {
      for (const suffix of suffixes) rmSync(join(folder, `${file}${extension}${suffix}`), { force: true })
    })

  return {
    open(phase, startsOver, name, versions) {
      expectName(name)
      let owner = owners.get(name)
      if (owner === undefined) {
        owner = ownerOf(name) ?? phase
        if (owner === phase && startsOver) remove(`${name}@${owner}`)
        owners.set(name, owner)
      }
      return files.open(`${name}@${owner}`, versions)
    },
    flush: files.flush,
    close: files.close,
  }
}

/** Copies the databases of a run that no process uses. What its process had not moved out of the write-ahead log when it died comes along. */
export const copyRunDatabases = (from: string, to: string): void =>
  onDisk(to, () => {
    mkdirSync(to, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(from))
      if (!name.endsWith('-shm')) copyFileSync(join(from, name), join(to, name), constants.COPYFILE_FICLONE)
  })

/** A database of a tenant that survives runs. */
export interface LastingFile {
  /** Id of the directory. */
  readonly tenant: string
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** When it was last written, in milliseconds since 1970. */
  readonly changedAt: number
}

/** Databases of tenants that survive runs. */
interface LastingDatabases {
  /** Those that exist, by tenant and name. */
  list(): readonly LastingFile[]
  /** Removes one, which no process may have open. */
  remove(file: Pick<LastingFile, 'path'>): void
  /** @param tenant id of the directory */
  open(tenant: string, name: string, versions: readonly string[]): Database
  close(): void
}

/** Opens none. Several processes may use one at the same time. */
export const lastingDatabases = (folder: string): LastingDatabases => {
  const tenants = new Map<string, PartFiles>()
  const filesOf = (tenant: string): readonly LastingFile[] =>
    readdirSync(join(folder, tenant))
      .filter(file => file.endsWith(extension))
      .sort()
      .map(file => {
        const path = join(folder, tenant, file)
        const sizes = suffixes
          .filter(suffix => existsSync(`${path}${suffix}`))
          .map(suffix => statSync(`${path}${suffix}`))
        return {
          tenant,
          name: file.slice(0, -extension.length),
          path,
          bytes: sizes.reduce((sum, { size }) => sum + size, 0),
          changedAt: Math.max(...sizes.map(({ mtimeMs }) => Math.floor(mtimeMs))),
        }
      })
  return {
    list: () => onDisk(folder, () => (existsSync(folder) ? readdirSync(folder).sort().flatMap(filesOf) : [])),
    remove: ({ path }) =>
      onDisk(folder, () => {
        for (const suffix of suffixes) rmSync(`${path}${suffix}`, { force: true })
      }),
    open(tenant, name, versions) {
      expectName(name)
      const files = tenants.get(tenant) ?? partFiles(join(folder, tenant), false)
      tenants.set(tenant, files)
      return files.open(name, versions)
    },
    close() {
      for (const files of tenants.values()) files.close()
      tenants.clear()
    },
  }
}
