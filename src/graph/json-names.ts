/** A name as it is in the text: with quotes and the colon, in words of four bytes, of which the last overlaps the one before. */
export interface NameMark {
  readonly length: number
  readonly words: Uint32Array
}

/** The mark of a name, from its first quote up to the colon. @param end after the colon; at least four bytes after `start` */
export const markOf = (bytes: Uint8Array, start: number, end: number): NameMark => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start)
  const words = Array.from({ length: Math.ceil(view.byteLength / 4) }, (_, word) =>
    view.getUint32(Math.min(4 * word, view.byteLength - 4), true),
  )
  return { length: view.byteLength, words: Uint32Array.from(words) }
}

/** Whether a name stands at `at`. */
export const isMark = (view: DataView, at: number, { length, words }: NameMark): boolean => {
  if (at + length > view.byteLength) return false
  const last = words.length - 1
  for (let word = 0; word < last; word++) if (view.getUint32(at + 4 * word, true) !== words[word]) return false
  return view.getUint32(at + length - 4, true) === words[last]
}

/** Whether one of the names is equal to another. @param names start and end of each */
export const hasName = (bytes: Uint8Array, names: readonly number[], start: number, end: number): boolean => {
  for (let at = 0; at < names.length; at += 2) {
    if (names[at + 1]! - names[at]! !== end - start) continue
    let same = 0
    while (same < end - start && bytes[names[at]! + same] === bytes[start + same]) same++
    if (same === end - start) return true
  }
  return false
}
