import type { Fields } from '../../src/core/json.ts'
import type { Phase } from '../../src/engine/phases.ts'
import { discard } from '../../src/engine/discard.ts'
import { systemClock } from '../../src/core/clock.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { Source } from '../../src/core/parts.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { environmentAt, runIn, storeAt } from './crash-run.ts'
import { watchCounting } from './kill-point.ts'

const throwing = (error: () => EntrapipeError, at = () => true) =>
  map((value: Fields) => {
    if (at()) throw error()
    return value
  })

/** Sixty pages of a row each. */
const numbers: Source<Fields> = {
  kind: 'numbers',
  async *read(_ctx, _shard, from = 0) {
    for (let n = Number(from) + 1; n <= 60; n++) yield { rows: [{ key: n, value: { n } }], position: n }
  },
}

const phase = (name: string, step: Phase['plan']['transforms']): Phase => ({
  name,
  plan: {
    source: numbers,
    transforms: step!,
    sink: toCsv({ to: `${name}.csv` }) as never,
    rowsPerCut: 1,
  },
})

/** Two phases. The second fails after fifty rows, as long as `isBroken`. */
export const twoPhases = (isBroken = true): readonly Phase[] => {
  let rows = 0
  return [
    phase('first', []),
    phase('second', [
      throwing(
        () => new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.'),
        () => isBroken && rows++ >= 50,
      ),
    ]),
  ]
}

/** Other work, into the file of one of the phases. */
export const otherWork = (name: string) => phase(name, [filter('n ne 2')]).plan

/** Every row fails, after checkpoints. */
export const allFail = () => ({
  ...phase('out', [throwing(() => new EntrapipeError('ROW_INVALID', 'n is wrong.'))]).plan,
  rejects: toCsv({ to: 'rejects.csv' }),
})

/** A column that no row has, which is found at the end. */
export const columnUnknown = () =>
  ({
    ...phase('out', []).plan,
    transforms: [{ ...filter('m ne 2'), check: undefined }],
  }) as unknown as Phase['plan']

/** What a process does that is killed meanwhile. */
const works = {
  'all rows fail': folder => runIn(folder, allFail()),
  'a column is unknown': folder => runIn(folder, columnUnknown()),
  'it is discarded': async folder => {
    const store = storeAt(folder)
    const around = { clock: systemClock, environment: environmentAt(folder), signal: new AbortController().signal }
    const [run] = await store.list()
    await discard({ store, places: destinationAt, ...around }, run!.id)
    await store.close()
  },
  'other work takes its place': folder => runIn(folder, otherWork('first')),
} as const satisfies Readonly<Record<string, (folder: string) => Promise<unknown>>>

/** The names of these. */
export type Work = keyof typeof works

if (import.meta.main) {
  const [folder, work, at, n] = process.argv.slice(2) as [string, Work, string | undefined, string | undefined]
  const counts = await watchCounting(at, n)
  await works[work](folder).catch(() => undefined)
  process.stdout.write(JSON.stringify(counts))
}
