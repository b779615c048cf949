import { join } from 'node:path'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Sink, Transform } from '../../src/core/parts.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { filter } from '../../src/transforms/filter.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { map } from '../../src/transforms/map.ts'
import { people, teams, type Person } from './crash-source.ts'
import { laggingSink } from './lagging-sink.ts'
import type { Scene } from './scene.ts'

export const rowsPerCut = 200

export const isFiltered = (m: number): boolean => m % 7 === 3
export const isMapFailed = (m: number): boolean => m % 97 === 13
export const isUnwritable = (m: number): boolean => m % 211 === 5

const columns = ['id', 'm', 'name', 'team', 'title', 'note', 'extra', 'place']

/** Numbers what passes, and adds it up in a last row: both go wrong when its state is not that of the cut. */
const tally = (numbered: boolean): Transform<Fields, Fields> => ({
  kind: 'tally',
  open(_ctx, saved) {
    let { rows, sum } = (saved as { rows: number; sum: number } | undefined) ?? { rows: 0, sum: 0 }
    return {
      page: page =>
        page.map(({ key, value }) => {
          rows++
          sum += value['m'] as number
          return { key, value: { ...value, place: numbered ? rows : null } }
        }),
      end: () => [{ key: 'total', value: { id: 'total', m: sum, name: `${rows} rows` } }],
      save: () => ({ rows, sum }),
    }
  },
})

export interface Touch {
  /** Called as a page of the source is about to be given. */
  readonly page: () => void
  /** Called for each row between source and dedupe. */
  readonly row: () => void
}

/** Everything a run has to remember stands in the way: filter, failing rows, lookup, dedupe, state with `save` and `end`. */
export const crashPlan = async (scene: Scene, folder: string, attempt: number, touch: Touch): Promise<Plan> => ({
  source: people(scene, attempt, touch.page),
  transforms: [
    filter<Person>(value => !isFiltered(value.m)),
    map((value: Person) => {
      touch.row()
      if (isMapFailed(value.m)) throw new EntrapipeError('ROW_INVALID', 'm: unlucky', { facts: { column: 'm' } })
      // A bigint within an object is no JSON: the sink has to refuse the row.
      return isUnwritable(value.m) ? { ...value, extra: { big: BigInt(value.m) } } : value
    }),
    lookup<Person>({ from: teams, key: 'key', by: 'team', take: { title: 'title' }, missing: 'reject' }),
    dedupe<Fields>({ by: 'id', later: scene.later ?? 'drop' }),
    tally(scene.shards === 1),
  ],
  sink: await sinkOf(scene.to, folder),
  ...(scene.rejects ? { rejects: await sinkOf('rejects.csv', folder, []) } : {}),
  shardsAtOnce: 3,
  rowsPerCut,
})

const sinkOf = async (to: string, folder: string, own = columns): Promise<Sink<never>> => {
  const path = join(folder, to)
  if (to.startsWith('lagging')) return laggingSink(path)
  const layout = { to: path, ...(own.length > 0 ? { columns: own } : {}) }
  const [, format] = to.split('.')
  // Only what is used is loaded: a child is started some hundred times.
  if (format === 'csv') return (await import('../../src/sinks/csv.ts')).csv(layout)
  if (format === 'jsonl') return (await import('../../src/sinks/jsonl.ts')).jsonl(layout)
  return (await import('../../src/sinks/json.ts')).json(layout)
}
