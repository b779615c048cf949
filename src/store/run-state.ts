import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EntrapipeError } from '../core/errors.ts'
import { withDiskExplained, isDamage, onDisk, toDisk } from './database.ts'
import { openIdJournal, type BufferedIdJournal } from './id-journal.ts'
import { openKeyFile, type KeyFile } from './key-file.ts'
import { keyMap } from './key-map.ts'
import { keyRuns, type KeyRuns } from './key-runs.ts'
import { emptySum, isSameSum, withEntry, type KeySum, type KeySums } from './key-sum.ts'
import { keySet } from './key-set.ts'
import { plainWords, secretWords } from './key-words.ts'
import type { KeyOptions } from '../core/context.ts'
import type { Seal } from './seal.ts'
import { openSorter } from './sorter.ts'
import type { IdJournal, SavedIds, Scope } from './types.ts'

/** A scope without the databases of the run, which belong to no checkpoint. */
type Checkpointed = Omit<Scope, 'database'>

/** The state of all parts of a run, in a folder beside the run's file. It is deleted when the run has ended. */
interface RunState {
  scope(name: string): Checkpointed
  /** The journal of ids, truncated to what was saved. */
  ids(saved?: SavedIds): IdJournal
  /** Flushes to disk what belongs to a checkpoint that is about to be saved. */
  flush(): void
  /** Returns the sums of a checkpoint of `cut`. Called after `flush`. */
  sums(cut: number): KeySums
  /**
   * Rewinds to a checkpoint. Scopes opened before are invalid afterwards.
   *
   * @throws EntrapipeError `PARTIAL_CHANGED` when the keys do not match `sums`
   */
  rewind(cut: number, sums: KeySums | undefined): void
  close(): void
  remove(): void
}

const changed = (path: string, cause?: unknown) =>
  new EntrapipeError('PARTIAL_CHANGED', `${path} is missing or was changed, so the run cannot be resumed.`, {
    cause,
    facts: { path },
    fix: 'Start over with --fresh.',
  })

/** The key under which a set or map with secrets remembers the key of the run. No part can have it: it is not hashed. */
const seedOf = 'seal'

/**
 * Opens the state at checkpoint `from` (0: none). It is created when something is first stored.
 *
 * @param seal hashes and encrypts what is secret
 * @param about the run and phase to which it belongs
 */
export const openRunState = (folder: string, from: number, seal: Seal, about: string, sums?: KeySums): RunState => {
  const keysPath = join(folder, 'keys.sqlite')
  const scopes = new Map<string, Checkpointed>()
  const keyed = new Map<string, KeyRuns>()
  const idsPath = join(folder, 'rows.ids')
  let journal: BufferedIdJournal | undefined
  let unsafeIds = false
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

  const opened = (name: string, epoch: () => number, { secret = false }: KeyOptions = {}) => {
    const runs = runsOf(name, epoch)
    if (!secret) return [runs, plainWords] as const
    const of = JSON.stringify([about, name])
    // With another key, every key would seem to be new.
    const seed = seal.hash('', of)
    if (runs.get(seedOf) === undefined && !saved[name]?.[0]) runs.put(seedOf, seed)
    if (runs.get(seedOf) !== seed) throw changed(keysPath)
    return [runs, secretWords(seal, of)] as const
  }

  const scope = (scopeName: string): Checkpointed => {
    let epoch = cut
    return {
      advance: passed => void (epoch = passed),
      set: (name, options) => keySet(...opened(`${scopeName}/set/${name}`, () => epoch, options)),
      map: (name, options) => keyMap(...opened(`${scopeName}/map/${name}`, () => epoch, options)),
      sorter(name) {
        openFolder()
        // Those of a process that died are left.
        return openSorter(onDisk(folder, () => mkdtempSync(join(folder, `sort-${name}-`))))
      },
    }
  }

  /** Reads all keys once. A missing file is created empty and does not match. */
  const check = (name: string, expected: KeySum) => {
    let sum = emptySum
    try {
      const file = keyFile()
      for (const entry of file.all(file.number(name))) sum = withEntry(sum, entry)
    } catch (error) {
      throw isDamage(error) ? changed(keysPath, error) : withDiskExplained(error, keysPath)
    }
    if (!isSameSum(sum, expected)) throw changed(keysPath)
  }

  const close = () => {
    keys?.close()
    keys = undefined
    scopes.clear()
    keyed.clear()
    journal = undefined
    unsafeIds = false
  }

  return {
    scope(name) {
      const there = scopes.get(name) ?? scope(name)
      scopes.set(name, there)
      return there
    },
    ids(kept) {
      openFolder()
      return (journal = openIdJournal(idsPath, kept?.length ?? 0, () => void (unsafeIds = true), kept?.checksum))
    },
    flush() {
      if (keys) {
        for (const runs of keyed.values()) runs.flush()
        // SQLite holds no locks on the write-ahead log, so it may be opened here.
        toDisk(`${keysPath}-wal`)
      }
      if (unsafeIds) {
        journal?.flush()
        toDisk(idsPath)
      }
      unsafeIds = false
    },
    // A set that was not opened since the run was resumed is unchanged.
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
