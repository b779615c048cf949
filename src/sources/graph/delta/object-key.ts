import { isGuid } from '../../../core/guid.ts'

/** An id as it is kept in a database: the 16 bytes of a GUID in lower case, or a text. */
export type ObjectKey = Uint8Array | string

/** The key of an id. Several ids, joined by slashes, have one, too: the bytes of all of them. */
export const objectKey = (id: string): ObjectKey =>
  id.split('/').every(part => isGuid(part) && part === part.toLowerCase())
    ? Buffer.from(id.replaceAll(/[-/]/g, ''), 'hex')
    : id

const bytesPerId = 16

/** The id of a key. */
export const idOfKey = (key: ObjectKey): string => {
  if (typeof key === 'string') return key
  const hex = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex')
  const ids: string[] = []
  for (let from = 0; from < hex.length; from += bytesPerId * 2) {
    const digits = hex.slice(from, from + bytesPerId * 2)
    ids.push(
      [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-'),
    )
  }
  return ids.join('/')
}
