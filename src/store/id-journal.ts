import { openIdFile } from './id-file.ts'
import { highOf, idMemory, type Suspect } from './id-memory.ts'
import { sameId, wordsPerId, writeId } from './id-words.ts'
import type { IdJournal } from './types.ts'

/** Ids worked on at once; they are safe in the file before the next ones are looked at. */
const batch = 4096
const slots = batch * 4
// Shared by all journals: nothing here waits while they are in use.
const words = new Uint32Array(batch * wordsPerId)
const table = new Int16Array(slots)

/** Whether an equal id stands before it in the batch; if none does, it is remembered. */
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
 * Opens a journal of ids, cut back to `length`: 16 bytes an id in the file, 3 in memory (a Bloom filter of 24 bits an id
 * in segments of a million). What the filter thinks it has seen is looked up in the file, so that every answer is exact.
 *
 * Ids that come again mostly come in the order they had, so a look-up begins where the last one ended; only where that
 * fails is a segment of the file read, once for a whole batch. What is not written yet when the machine (not the
 * process) dies is missing afterwards: the run's checkpoint makes it safe.
 *
 * @throws EntrapipeError `PARTIAL_CHANGED` when the file has less than `length` ids or others, `DISK_FULL`
 */
export const openIdJournal = (
  path: string,
  length: number,
  written: () => void = () => {},
  checksum?: number,
): IdJournal => {
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
    const found = memory.confirm(words, suspects)
    for (const { at } of suspects) if (!found.has(at)) fresh.push(at / wordsPerId)
    fresh.sort((a, b) => a - b)
    // ids that are new move together: the file gets them as one piece
    const first = answers.length
    for (let id = 0; id < ids.length; id++) answers.push(false)
    fresh.forEach((id, place) => {
      answers[first + id] = true
      for (let word = 0; word < wordsPerId; word++) words[place * wordsPerId + word] = words[id * wordsPerId + word]!
    })
    file.append(words, fresh.length)
    memory.add(words, fresh.length)
    if (fresh.length > 0) written()
  }

  return {
    get length() {
      return memory.length
    },
    get checksum() {
      return file.checksum
    },
    addAll(ids) {
      const answers: boolean[] = []
      for (let from = 0; from < ids.length; from += batch) addBatch(ids.slice(from, from + batch), answers)
      return answers
    },
  }
}
