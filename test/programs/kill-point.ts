import { execFile } from 'node:child_process'
import syncFs from 'node:fs'
import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Mark, Sink } from '../../src/core/parts.ts'

/**
 * Where a process kills itself, counted by its own progress, so that nothing depends on speed:
 * `page` the n-th page of the source is about to be given · `row` the n-th row passes the steps · `written` the sink has
 * accepted its n-th page · `bytes` half of the write in which the n-th byte falls is in the file · `sync` the n-th time
 * bytes are made safe, before they are · `marked` the sink has answered its n-th checkpoint, which is not saved yet ·
 * `commit`, `committed` before and after the n-th transaction of the store · `rename`, `renamed` before and after the
 * n-th rename (a manifest, then its file) · `remove` before the n-th removal of a file or folder.
 */
export interface KillPoint {
  readonly at:
    'page' | 'row' | 'written' | 'bytes' | 'sync' | 'marked' | 'commit' | 'committed' | 'rename' | 'renamed' | 'remove'
  readonly n: number
}

/** Dies of kill -9, as by the system: no handler runs, nothing is flushed. */
const die = (): void => void process.kill(process.pid, 'SIGKILL')

/** Counts what happens in this process, and ends it at its point. */
export const killer = (point: KillPoint | undefined) => {
  const counts = new Map<KillPoint['at'], number>()
  return (at: KillPoint['at'], by = 1): boolean => {
    const count = (counts.get(at) ?? 0) + by
    counts.set(at, count)
    return point?.at === at && count >= point.n
  }
}
type Reached = ReturnType<typeof killer>

/** How often a process came to each point. */
export type PointCounts = Partial<Record<KillPoint['at'], number>>

/** Watches this process, ends it at its point, and returns how often it came to each, which grows. */
export const watchCounting = async (at: string | undefined, n: string | undefined): Promise<PointCounts> => {
  const counts: PointCounts = {}
  const reached = killer(at === undefined ? undefined : { at: at as KillPoint['at'], n: Number(n) })
  await watch((what, by = 1) => {
    counts[what] = (counts[what] ?? 0) + by
    return reached(what, by)
  })
  return counts
}

/** Starts a program that ends by printing its counts. Undefined if it was killed. */
export const countsOf = async (
  program: string,
  args: readonly string[],
  point?: KillPoint,
): Promise<PointCounts | undefined> => {
  try {
    const own = point ? [point.at, String(point.n)] : []
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program, ...args, ...own])
    return JSON.parse(stdout) as PointCounts
  } catch (error) {
    if ((error as { readonly signal?: string }).signal === 'SIGKILL') return undefined
    throw error
  }
}

/** Watches what this process does to files and to the store. Before anything of ours is called. */
export const watch = async (reached: Reached): Promise<void> => {
  const { exec } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = function (sql) {
    if (sql !== 'commit') return exec.call(this, sql)
    if (reached('commit')) die()
    exec.call(this, sql)
    if (reached('committed')) die()
  }
  const { rename } = fs
  fs.rename = async (from, to) => {
    if (reached('rename')) die()
    await rename(from, to)
    if (reached('renamed')) die()
  }
  const { rm } = fs
  fs.rm = async (path, options) => {
    if (reached('remove')) die()
    await rm(path, options)
  }
  const { rmSync } = syncFs
  syncFs.rmSync = (path, options) => {
    if (reached('remove')) die()
    rmSync(path, options)
  }
  syncBuiltinESMExports()
  await watchFiles(reached)
}

type Write = (bytes: Uint8Array, offset: number, length: number, position: number) => Promise<{ bytesWritten: number }>

const watchFiles = async (reached: Reached): Promise<void> => {
  const some = await fs.open(fileURLToPath(import.meta.url))
  const files = Object.getPrototypeOf(some) as FileHandle
  await some.close()
  const { datasync } = files
  const write = files.write as unknown as Write
  const half: Write = async function (this: FileHandle, bytes, offset, length, position) {
    if (!reached('bytes', length)) return write.call(this, bytes, offset, length, position)
    await write.call(this, bytes, offset, length >> 1, position)
    die()
    return { bytesWritten: 0 }
  }
  files.write = half as unknown as FileHandle['write']
  files.datasync = async function () {
    if (reached('sync')) die()
    await datasync.call(this)
  }
}

/** The same sink, watched. */
export const watched = (sink: Sink<never>, reached: Reached): Sink<never> => ({
  ...sink,
  async open(ctx, from?: Mark) {
    const writer = await sink.open(ctx, from)
    return {
      ...writer,
      async write(rows) {
        await writer.write(rows)
        if (reached('written')) die()
      },
      async checkpoint(cut) {
        const answer = await writer.checkpoint(cut)
        if (reached('marked')) die()
        return answer
      },
    }
  },
})

export const dies = (reached: Reached, at: KillPoint['at']) => (): void => {
  if (reached(at)) die()
}
