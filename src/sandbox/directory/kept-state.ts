import { sourceHash } from '../process/source-hash.ts'
import type { Json } from '../../core/json.ts'
import { hasPosition, openJournal, type Position } from './journal.ts'
import type { Memory } from './memory/memory.ts'
import { loadSnapshot, writeSnapshot, writeSnapshotNow } from './memory/snapshot-file.ts'

/** The changes of a directory on disk: a journal, and beside it a snapshot, so that a start needs to replay only what came later. */
interface KeptState {
  append(entry: Json): void
  /** Writes a snapshot in the background when many changes came since the last one. */
  settle(): void
  /** Writes a snapshot if there are many changes since the last one. */
  close(): void
}

interface KeptStateOptions {
  /** Path of the journal. */
  readonly path: string
  /** Seed and sizes of the directory. */
  readonly header: Json
  readonly memory: Memory
  readonly replay: (entry: Json) => void
  /** Number of changes that are worth a snapshot. */
  readonly every: number
  /** Number of changes in the memory. */
  readonly sequence: () => number
}

interface About {
  /** The code that wrote it: only the same code reads it. */
  readonly code: string
  readonly directory: Json
  readonly position: Position
}

let code: string | undefined

/**
 * Loads the snapshot and replays the journal from there. The journal is the truth: a snapshot that is missing, damaged, of other code or
 * of another journal is ignored, and everything is replayed.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when the journal cannot be used
 */
export const keptState = ({ path, header, memory, replay, every, sequence }: KeptStateOptions): KeptState => {
  const snapshot = `${path}.snapshot`
  // The code that runs, not what its files may contain when a snapshot is written.
  const own = (code ??= sourceHash(['sandbox/directory']))
  const found = loadSnapshot<About>(
    snapshot,
    memory,
    about =>
      about.code === own &&
      JSON.stringify(about.directory) === JSON.stringify(header) &&
      hasPosition(path, about.position),
  )
  let saved = found ? sequence() : 0
  const journal = openJournal({ path, header, replay, from: found?.position })
  const about = (): Json => ({ code: own, directory: header, position: journal.position() }) as unknown as Json
  let writing: AbortController | undefined
  const settle = (): void => {
    const last = sequence()
    if (writing || last - saved < Math.max(every, saved / 8)) return
    saved = last
    const stop = (writing = new AbortController())
    writeSnapshot(snapshot, memory, about(), stop.signal)
      // The journal has everything. The next one may succeed.
      .catch(() => undefined)
      .finally(() => (writing = undefined))
  }
  return {
    append: journal.append,
    settle,
    close() {
      // What it was writing is not complete.
      const wasWriting = writing !== undefined
      writing?.abort()
      try {
        if (sequence() - saved >= every || wasWriting) writeSnapshotNow(snapshot, memory, about())
      } catch {
        // The journal has everything.
      }
      journal.close()
    },
  }
}
