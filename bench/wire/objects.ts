/** Writes users and groups as JSON: prepared texts, into which what is different for each object is patched. */
import { groupOf, userOf } from '../canned-users.ts'

/** The values of an object that are not prepared, by property. */
export type Patched = Readonly<Record<string, (n: number) => string | null>>

/** Appends the JSON of object `n` to a buffer and returns where it ends. */
export type WriteObject = (n: number, into: Buffer, at: number) => number

interface Prepared {
  readonly pieces: readonly Buffer[]
  readonly values: readonly ((n: number) => string | null)[]
}

/** Numbers of prepared texts. Objects with the same remainder have the same text. */
const variants = 6_000
const gap = '\u0001'

/**
 * @param select the properties in this order; all of the object's if undefined
 * @param type value of `@odata.type`, which comes first
 */
export const objectWriter = (
  of: 'user' | 'group',
  patched: Patched,
  select?: readonly string[],
  type?: string,
): WriteObject => {
  const prepared: Prepared[] = []
  const prepare = (variant: number): Prepared => {
    const object: Record<string, unknown> = { ...(of === 'user' ? userOf(variant, '') : groupOf(variant)) }
    const names = (select ?? Object.keys(object)).filter(name => name in object)
    const marked = names.map(name => [name, name in patched ? gap : object[name]])
    const text = JSON.stringify({ ...(type && { '@odata.type': type }), ...Object.fromEntries(marked) })
    return {
      pieces: text.split(JSON.stringify(gap)).map(piece => Buffer.from(piece)),
      values: names.flatMap(name => patched[name] ?? []),
    }
  }
  return (n, into, at) => {
    const { pieces, values } = (prepared[n % variants] ??= prepare(n % variants))
    for (let piece = 0; piece < pieces.length; piece++) {
      into.set(pieces[piece]!, at)
      at += pieces[piece]!.length
      if (piece === values.length) break
      const value = values[piece]!(n)
      // The patched values are plain text without quotes.
      at += into.write(value === null ? 'null' : `"${value}"`, at, 'latin1')
    }
    return at
  }
}
