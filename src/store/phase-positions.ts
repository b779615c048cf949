import type { Json } from '../core/json.ts'
import type { Database } from './database.ts'

type Positions = Readonly<Record<string, Json>>

/** The positions of the shards of one phase. There may be many shards, so only changed positions are written. */
export const phasePositions = ({ sql }: Database, phase: string) => {
  const put = sql.prepare('insert or replace into positions values (?, ?, ?)')
  const drop = sql.prepare('delete from positions where phase = ? and shard = ?')
  // As in the file. Undefined if unknown: all positions are then written.
  let saved: ReadonlyMap<string, Json> | undefined

  const save = (positions: Positions) => {
    if (!saved) sql.prepare('delete from positions where phase = ?').run(phase)
    for (const shard of saved?.keys() ?? []) if (!Object.hasOwn(positions, shard)) drop.run(phase, shard)
    for (const [shard, position] of Object.entries(positions))
      if (saved?.get(shard) !== position) put.run(phase, shard, JSON.stringify(position))
  }

  return {
    /** Calls `transaction`, which calls `write` within it. */
    saving(positions: Positions, transaction: (write: () => void) => void) {
      try {
        transaction(() => save(positions))
        saved = new Map(Object.entries(positions))
      } catch (error) {
        saved = undefined
        throw error
      }
    },
    load(): Positions {
      const lines = sql.prepare('select shard, position from positions where phase = ?').all(phase)
      return Object.fromEntries(
        lines.map(line => [line['shard'], JSON.parse(line['position'] as string) as Json] as const),
      )
    },
    forget: () => void (saved = undefined),
  }
}
