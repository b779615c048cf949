import { openIdFile } from './id-file.ts'
import { highOf, idMemory, type Suspect } from './id-memory.ts'
import { sameId, wordsPerId, writeId, writeIdBytes } from './id-words.ts'
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
const fresh = new Uint16Array(batch)

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

  /** Adds the first `count` ids of `words`. Returns how many were new: their numbers are in `fresh`, in order. */
  const addBatch = (count: number): number => {
    table.fill(-1)
    let added = 0
    const suspects: Suspect[] = []
    for (let id = 0; id < count; id++) {
      const at = id * wordsPerId
      const high = highOf(words, at)
      if (isRepeated(id, high)) continue
      const segment = memory.segment(words, at, high)
      if (segment < 0) fresh[added++] = id
      else suspects.push({ at, segment })
    }
    if (suspects.length > 0) {
      const found = memory.confirm(words, suspects)
      for (const { at } of suspects) if (!found.has(at)) fresh[added++] = at / wordsPerId
      fresh.subarray(0, added).sort()
    }
    // Moves new ids together, so that they are written as one piece.
    for (let place = 0; place < added; place++) {
      const id = fresh[place]!
      if (place === id) continue
      for (let word = 0; word < wordsPerId; word++) words[place * wordsPerId + word] = words[id * wordsPerId + word]!
    }
    file.append(words, added)
    memory.add(words, added)
    if (added > 0) written()
    return added
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
      const answers = new Array<boolean>(ids.length).fill(false)
      for (let from = 0; from < ids.length; from += batch) {
        const count = Math.min(batch, ids.length - from)
        for (let id = 0; id < count; id++) writeId(ids[from + id]!, words, id * wordsPerId)
        const added = addBatch(count)
        for (let place = 0; place < added; place++) answers[from + fresh[place]!] = true
      }
      return answers
    },
    addBytes(ids) {
      let answers: boolean[] | undefined
      for (let from = 0; from < ids.count; from += batch) {
        const count = Math.min(batch, ids.count - from)
        for (let id = 0; id < count; id++)
          writeIdBytes(ids.bytes, ids.start(from + id), ids.end(from + id), words, id * wordsPerId)
        const added = addBatch(count)
        if (added === count && !answers) continue
        answers ??= new Array<boolean>(ids.count).fill(false).fill(true, 0, from)
        for (let place = 0; place < added; place++) answers[from + fresh[place]!] = true
      }
      return answers
    },
    hasAll: ids => {
      const answers: boolean[] = []
      for (let from = 0; from < ids.length; from += batch) answers.push(...hasBatch(ids.slice(from, from + batch)))
      return answers
    },
  }
}
