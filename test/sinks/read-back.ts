import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Sink, Source } from '../../src/core/parts.ts'
import { readAll } from '../sources/read-all.ts'

/**
 * Reads the values of a file back through a source; undefined where there is no file.
 *
 * @param empty text of a file without rows that the source would refuse
 */
export const readBack = (file: string, source: () => Source<unknown>, empty?: string) => async (folder: string) => {
  const path = join(folder, file)
  if (!existsSync(path)) return undefined
  if (empty !== undefined && readFileSync(path, 'utf8') === empty) return []
  return (await readAll(source(), folder)).rows.map(({ value }) => value)
}

/** A sink to a stream of its own for each folder, and what has arrived there. */
export const toStream = (
  make: (stdout: PassThrough) => Sink<never>,
  valuesOf: (text: string) => readonly unknown[],
) => {
  const streams = new Map<string, { readonly stream: PassThrough; text: string }>()
  const of = (folder: string) => {
    const found = streams.get(folder) ?? { stream: new PassThrough({ highWaterMark: 1_000_000 }), text: '' }
    streams.set(folder, found)
    return found
  }
  return {
    make: (folder: string) => make(of(folder).stream),
    async read(folder: string) {
      const found = of(folder)
      for (let chunk; (chunk = found.stream.read() as Buffer | null) !== null;) found.text += String(chunk)
      return found.text === '' ? undefined : valuesOf(found.text)
    },
  }
}

/** A value, as a CSV file of texts has it. */
export const asTexts = (value: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, Array.isArray(part) ? part.join(';') : String(part ?? '')]),
  )

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle

/** What none of the shipped formats can write: no text can have a zero byte, no JSON a cycle. */
export const unwritable = { cycle: { id: cycle }, zero: { id: 'a\0b' }, text: 'no row' } as const
