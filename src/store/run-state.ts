import { hash } from 'node:crypto'
import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onDisk } from './database.ts'
import { openIdJournal } from './id-journal.ts'
import { openKeyFile, type KeyFile } from './key-file.ts'
import { keyMap } from './key-map.ts'
import { keyRuns, type KeyRuns } from './key-runs.ts'
import { keySet } from './key-set.ts'
import type { Scope } from './types.ts'

/** The state of all parts of a run: a folder beside the run's file, which goes when the run has ended. */
interface RunState {
  scope(name: string): Scope
  /** Makes safe, also against a power cut, what belongs to a checkpoint that is about to be saved. */
  flush(): void
  /** Scopes opened before are of no use afterwards. */
  rewind(cut: number): void
  close(): void
  remove(): void
}

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

/** Opens the state as of checkpoint `from` (0: none); made when something is first kept. */
export const openRunState = (folder: string, from: number): RunState => {
  const keysPath = join(folder, 'keys.sqlite')
  const scopes = new Map<string, Scope>()
  const keyed = new Map<string, KeyRuns>()
  const unsafe = new Set<string>()
  let cut = from
  let keys: KeyFile | undefined

  const openFolder = () => onDisk(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  const keyFile = () => {
    openFolder()
    return (keys ??= openKeyFile(keysPath, cut))
  }

  const runsOf = (name: string, epoch: () => number) => {
    const there = keyed.get(name) ?? keyRuns(keyFile(), name, epoch)
    keyed.set(name, there)
    return there
  }

  const scope = (scopeName: string): Scope => {
    let epoch = cut
    return {
      advance: passed => void (epoch = passed),
      set: name => keySet(runsOf(`${scopeName}/set/${name}`, () => epoch)),
      map: name => keyMap(runsOf(`${scopeName}/map/${name}`, () => epoch)),
      ids(name, length) {
        openFolder()
        const path = join(folder, fileName(scopeName, name))
        return openIdJournal(path, length, () => void unsafe.add(path))
      },
    }
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
    rewind(to) {
      close()
      cut = to
    },
    close,
    remove() {
      close()
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    },
  }
}
