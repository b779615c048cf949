import { hash } from 'node:crypto'
import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EntrapipeError } from '../core/errors.ts'
import { explained, isDamage, onDisk } from './database.ts'
import { openIdJournal } from './id-journal.ts'
import { openKeyFile, type KeyFile } from './key-file.ts'
import { keyMap } from './key-map.ts'
import { keyRuns, type KeyRuns } from './key-runs.ts'
import { emptySum, isSameSum, withEntry, type KeySum } from './key-sum.ts'
import { keySet } from './key-set.ts'
import type { Scope } from './types.ts'

/** The state of all parts of a run: a folder beside the run's file, which goes when the run has ended. */
interface RunState {
  scope(name: string): Scope
  /** Makes safe, also against a power cut, what belongs to a checkpoint that is about to be saved. */
  flush(): void
  /** What a checkpoint of `cut` stands for; asked after `flush`. */
  sums(cut: number): KeySums
  /**
   * Scopes opened before are of no use afterwards.
   *
   * @throws EntrapipeError `PARTIAL_CHANGED` when the keys are not those that `sums` stands for
   */
  rewind(cut: number, sums: KeySums | undefined): void
  close(): void
  remove(): void
}

/** By the name of a set or map. */
export type KeySums = Readonly<Record<string, KeySum>>

/** Readable where it can be, and different for different names on any file system. */
const fileName = (scope: string, name: string) => {
  const readable = `${scope}.${name}`.replace(/[^A-Za-z0-9.-]+/g, '_').slice(0, 60)
  return `${readable}-${hash('sha256', JSON.stringify([scope, name])).slice(0, 16)}.ids`
}

const toDisk = (path: string) =>
  onDisk(path, () => {
    const file = openSync(path, 'r+')
    try {
      fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
  })

const changed = (path: string, cause?: unknown) =>
  new EntrapipeError('PARTIAL_CHANGED', `${path} is missing or was changed, so the run cannot be resumed.`, {
    cause,
    facts: { path },
    fix: 'Start over with --fresh.',
  })

/** Opens the state as of checkpoint `from` (0: none); made when something is first kept. */
export const openRunState = (folder: string, from: number, sums?: KeySums): RunState => {
  const keysPath = join(folder, 'keys.sqlite')
  const scopes = new Map<string, Scope>()
  const keyed = new Map<string, KeyRuns>()
  const unsafe = new Set<string>()
  let cut = from
  let keys: KeyFile | undefined
  let saved: KeySums = sums ?? {}

  const openFolder = () => onDisk(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  const keyFile = () => {
    openFolder()
    return (keys ??= openKeyFile(keysPath, cut))
  }

  const runsOf = (name: string, epoch: () => number) => {
    const there = keyed.get(name) ?? keyRuns(keyFile(), name, epoch, saved[name])
    keyed.set(name, there)
    return there
  }

  const scope = (scopeName: string): Scope => {
    let epoch = cut
    return {
      advance: passed => void (epoch = passed),
      set: name => keySet(runsOf(`${scopeName}/set/${name}`, () => epoch)),
      map: name => keyMap(runsOf(`${scopeName}/map/${name}`, () => epoch)),
      ids(name, length, checksum) {
        openFolder()
        const path = join(folder, fileName(scopeName, name))
        return openIdJournal(path, length, () => void unsafe.add(path), checksum)
      },
    }
  }

  /** Reads all keys once. A file that is gone is made anew, empty, and does not match. */
  const check = (name: string, expected: KeySum) => {
    let sum = emptySum
    try {
      const file = keyFile()
      for (const entry of file.all(file.number(name))) sum = withEntry(sum, entry)
    } catch (error) {
      throw isDamage(error) ? changed(keysPath, error) : explained(error, keysPath)
    }
    if (!isSameSum(sum, expected)) throw changed(keysPath)
  }

  const close = () => {
    keys?.close()
    keys = undefined
    scopes.clear()
    keyed.clear()
    unsafe.clear()
  }

  return {
    scope(name) {
      const there = scopes.get(name) ?? scope(name)
      scopes.set(name, there)
      return there
    },
    flush() {
      if (keys) {
        for (const runs of keyed.values()) runs.flush()
        // The write-ahead log carries no locks, so that it may be opened beside SQLite.
        toDisk(`${keysPath}-wal`)
      }
      for (const path of unsafe) toDisk(path)
      unsafe.clear()
    },
    // A set that was not opened since the run was resumed is as it was.
    sums: before => ({
      ...saved,
      ...Object.fromEntries([...keyed].map(([name, runs]) => [name, runs.sumBefore(before)])),
    }),
    rewind(to, found) {
      close()
      cut = to
      saved = found ?? {}
      for (const [name, sum] of Object.entries(saved)) check(name, sum)
    },
    close,
    remove() {
      close()
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    },
  }
}
