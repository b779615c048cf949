import { ByteWriter } from 'hyparquet-writer'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'

/** Texts of a column in a group: the different ones with their numbers, or all of them if most are different. */
interface TextValues {
  add(text: string): void
  /** The different texts; undefined if all are in `values`. */
  dictionary(): { readonly page: Uint8Array; readonly texts: number } | undefined
  values(): Uint8Array
  /** Forgets the texts. The memory is used again. */
  clear(): void
}

/** The dictionary is given up if more than half of so many texts are different. */
const firstLook = 512

/** Texts as Parquet's PLAIN encoding has them: the length, then UTF-8. */
const plainTexts = () => {
  let bytes = Buffer.allocUnsafeSlow(32 * 1024)
  let used = 0
  return {
    add(text: string): void {
      const most = used + 4 + text.length * 3
      if (most > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(most, bytes.length * 2))
        bytes.copy(larger, 0, 0, used)
        bytes = larger
      }
      const length = bytes.write(text, used + 4)
      bytes.writeUInt32LE(length, used)
      used += 4 + length
    },
    get bytes() {
      return bytes.subarray(0, used)
    },
    clear: (): void => void (used = 0),
  }
}

/** Holds the bytes of the texts, not the texts themselves, which would outlive their page and be collected late. */
export const textValues = (): TextValues => {
  const plain = plainTexts()
  const numbers = new Map<string, number>()
  let places: number[] = []
  let isPlain = false
  let nextLook = firstLook

  const giveUp = (): void => {
    const texts = [...numbers.keys()]
    plain.clear()
    for (const place of places) plain.add(texts[place]!)
    numbers.clear()
    places = []
    isPlain = true
  }

  return {
    add(text) {
      if (isPlain) return plain.add(text)
      let place = numbers.get(text)
      if (place === undefined) {
        place = numbers.size
        numbers.set(text, place)
        plain.add(text)
      }
      places.push(place)
      if (places.length < nextLook) return
      nextLook *= 2
      if (numbers.size > places.length / 2) giveUp()
    },
    dictionary: () => (isPlain ? undefined : { page: plain.bytes, texts: numbers.size }),
    values() {
      if (isPlain) return plain.bytes
      const bits = Math.ceil(Math.log2(Math.max(1, numbers.size)))
      const page = new ByteWriter(1024)
      page.appendUint8(bits)
      writeRleBitPackedHybrid(page, places, bits)
      return page.getBytes()
    },
    clear() {
      plain.clear()
      numbers.clear()
      places = []
      isPlain = false
      nextLook = firstLook
    },
  }
}
