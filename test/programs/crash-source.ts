import { setImmediate as turn } from 'node:timers/promises'
import type { Read, Source } from '../../src/core/parts.ts'
import type { Row } from '../../src/core/row.ts'
import { random } from './random.ts'
import type { Scene } from './scene.ts'

/** A person whose every value follows from `m`: two rows with one `m` are the same person. */
export type Person = {
  readonly id: string
  readonly m: number
  readonly name: string
  readonly team: string
  readonly note: string
  readonly extra: unknown
}

export const rowsPerPage = 40

const person = (m: number): Person => ({
  id: `id-${m}`,
  m,
  name: m % 3 === 0 ? `Ännö, "${m}"` : `Person ${m}`,
  team: m % 53 === 0 ? 'nobody knows it' : `team ${m % 30}`,
  note: m % 11 === 0 ? 'two\r\nlines' : (Math.imul(m, 0x9e3779b1) >>> 0).toString(36).repeat(4),
  extra: m % 3 === 0 ? { level: m % 4 } : null,
})

/** Whose row stands at a place. Every fifth one came before, in any shard and up to the whole input away. */
export const personAt = ({ shards, rows }: Scene, shard: number, n: number): number => {
  const own = n * shards + shard
  if (n % 5 !== 4) return own
  const back = 1 + ((Math.imul(own, 0x85ebca6b) >>> 0) % (own - 1))
  const to = own - back
  // What came before must be a row of its own.
  return Math.floor(to / shards) % 5 === 4 ? to - shards : Math.min(to, rows * shards)
}

export const keyAt = (shard: number, n: number): string => `${shard}:${n}`

/** The shard and the place that a key names. */
export const placeOf = (key: unknown): readonly [shard: number, n: number] =>
  String(key).split(':').map(Number) as unknown as readonly [number, number]

/** Rows that the source itself refuses: they are read and do not flow. */
export const isRefused = (n: number): boolean => n % 101 === 7

/**
 * People in pages of 40. Shards overtake one another. With `shaky` some pages come without a position, others each time,
 * as those of a service that had to be asked twice: what comes again after such a page is dropped by its key.
 *
 * @param given called as a page is about to be given
 */
export const people = (scene: Scene, attempt: number, given: () => void): Source<Person> => ({
  kind: 'people',
  ...(scene.shaky && { keys: 'unique' as const }),
  describe: async () => ({ shards: scene.shards, rows: scene.rows }),
  split: async () => Array.from({ length: scene.shards }, (_, shard) => ({ name: `p${shard}`, range: shard })),
  async *read(ctx, { range }, from) {
    const shard = range as number
    const next = random(`${attempt}/${shard}`)
    for (let n = (from as number | undefined) ?? 0; n < scene.rows;) {
      for (let turns = scene.shards > 1 ? Math.floor(next() * 4) : 0; turns > 0; turns--) await turn()
      const rows: Row<Person>[] = []
      const end = Math.min(scene.rows, n + rowsPerPage)
      for (; n < end; n++) {
        if (!isRefused(n)) rows.push({ key: keyAt(shard, n), value: person(personAt(scene, shard, n)) })
        else ctx.settled({ key: keyAt(shard, n), operation: 'people', outcome: 'failed', code: 'ROW_INVALID' })
      }
      given()
      const unplaced = n === scene.rows || (scene.shaky && next() < 0.2)
      const page: Read<Person> = unplaced ? { rows } : { rows, position: n }
      yield page
    }
  },
})

/** What the teams are called; two have no name there. */
export const teams: Source<{ readonly key: string; readonly title: string }> = {
  kind: 'teams',
  async *read() {
    const rows = Array.from({ length: 30 }, (_, at) => ({
      key: at,
      value: { key: `team ${at}`, title: `Team #${at}` },
    }))
    yield { rows }
  },
}
