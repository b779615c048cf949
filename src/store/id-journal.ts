import { openIdFile } from './id-file.ts'
import { highOf, idMemory, type Suspect } from './id-memory.ts'
import { sameId, wordsPerId, writeId } from './id-words.ts'
import type { IdJournal } from './types.ts'

/** A journal whose newest ids may wait in memory. */
export interface BufferedIdJournal extends IdJournal {
  /** Writes all ids to the file. */
  flush(): void
}

/** Number of ids processed at once. */
const batch = 4096
const slots = batch * 4
// Shared by all journals, because they are only used synchronously.
const words = new Uint32Array(batch * wordsPerId)
const table = new Int16Array(slots)

/** Whether an equal id comes before it in the batch. If not, it is remembered. */
const isRepeated = (id: number, hash: number): boolean => {
  for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
    const other = table[slot]!
    if (other === -1) {
      table[slot] = id
      return false
    }
    if (sameId(words, id * wordsPerId, words, other * wordsPerId)) return true
  }
}

/**
 * Opens a journal of ids, truncated to `length`: 16 bytes per id in the file, 3 in memory (a Bloom filter of 24 bits per id,
 * in segments of a million). Ids that the filter may have are looked up in the file, so every answer is exact.
 *
 * Repeated ids usually repeat in the same order, so a look-up starts where the last one ended. Only if that fails, a segment of
 * the file is read, once per batch. After a crash, ids that were not flushed are missing; the run's checkpoint flushes them.
 *
 * @throws EntrapipeError `PARTIAL_CHANGED` when the file has fewer than `length` ids or other ids, `DISK_FULL`
 */
export const openIdJournal = (
  path: string,
  length: number,
  written: () => void = () => {},
  checksum?: number,
): BufferedIdJournal => {
  const file = openIdFile(path, length, checksum)
  const memory = idMemory(file, length)

  const addBatch = (ids: readonly string[], answers: boolean[]) => {
    table.fill(-1)
    const fresh: number[] = []
    const suspects: Suspect[] = []
    for (let id = 0; id < ids.length; id++) {
      const at = id * wordsPerId
      writeId(ids[id]!, words, at)
      const high = highOf(words, at)
      if (isRepeated(id, high)) continue
      const segment = memory.segment(words, at, high)
      if (segment < 0) fresh.push(id)
      else suspects.push({ at, segment })
    }
    if (suspects.length > 0) {
      const found = memory.confirm(words, suspects)
      for (const { at } of suspects) if (!found.has(at)) fresh.push(at / wordsPerId)
      fresh.sort((a, b) => a - b)
    }
    // Moves new ids together, so that they are written as one piece.
    const first = answers.length
    for (let id = 0; id < ids.length; id++) answers.push(false)
    fresh.forEach((id, place) => {
      answers[first + id] = true
      if (place === id) return
      for (let word = 0; word < wordsPerId; word++) words[place * wordsPerId + word] = words[id * wordsPerId + word]!
    })
    file.append(words, fresh.length)
    memory.add(words, fresh.length)
    if (fresh.length > 0) written()
  }

  const hasBatch = (ids: readonly string[]): readonly boolean[] => {
    const suspects: Suspect[] = []
    for (let id = 0; id < ids.length; id++) {
      const at = id * wordsPerId
      writeId(ids[id]!, words, at)
      const segment = memory.segment(words, at, highOf(words, at))
      if (segment >= 0) suspects.push({ at, segment })
    }
    const found = suspects.length === 0 ? new Set<number>() : memory.confirm(words, suspects)
    return ids.map((_, id) => found.has(id * wordsPerId))
  }

  return {
    get length() {
      return memory.length
    },
    get checksum() {
      return file.checksum
    },
    flush: () => file.flush(),
    addAll(ids) {
      const answers: boolean[] = []
      for (let from = 0; from < ids.length; from += batch) addBatch(ids.slice(from, from + batch), answers)
      return answers
    },
    hasAll: ids => {
      const answers: boolean[] = []
      for (let from = 0; from < ids.length; from += batch) answers.push(...hasBatch(ids.slice(from, from + batch)))
      return answers
    },
  }
}
