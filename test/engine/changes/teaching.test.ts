import t from 'tap'
import type { Json } from '../../../src/core/json.ts'
import type { Operation } from '../../../src/core/operation.ts'
import { lanes } from '../../../src/engine/changes/lanes.ts'
import { learn } from '../../../src/engine/changes/teaching.ts'
import type { Workplace } from '../../../src/engine/changes/workplace.ts'
import type { Entry } from '../../../src/store/ledger-types.ts'
import { naming, row } from './rows.ts'

const reply = { status: 400, headers: {}, body: {}, attempts: 1 }
const teaching = (lessons: readonly Json[]) =>
  naming({ topic: 'plans', taught: async () => lessons } as Partial<Operation>)

/** A place with a row of a topic that waits, one that was sent before, and one without a topic. */
const placeWith = () => {
  const kept: Json[] = []
  const again: Entry[] = []
  const desk = lanes()
  const sent = row(2, ['b'], teaching([]))
  sent.attempts = 1
  desk.add([row(1, ['a'], teaching([])), sent, row(3, ['c'], naming())])
  const place = {
    lessons: {
      of: () => kept,
      learn(_: string, lessons: readonly Json[]) {
        const fresh = lessons.filter(lesson => !kept.includes(lesson))
        kept.push(...fresh)
        return fresh.length
      },
    },
    graph: { tenant: { name: 'a', id: 'a' } },
    signal: new AbortController().signal,
    desk,
    relooks: { add: (entries: readonly Entry[]) => void again.push(...entries) },
    clock: { now: () => 0 },
  } as unknown as Workplace
  return { place, kept, again: () => again.splice(0).map(({ ordinal }) => ordinal) }
}

t.test(
  'a new lesson is kept, and rows that were judged without it are looked at again, unless they were sent',
  async t => {
    const { place, kept, again } = placeWith()
    await learn([{ rows: [row(9, ['z'], teaching(['rule']))], reply }], place)
    t.strictSame([kept, again(), place.desk.size], [['rule'], [1], 2])
  },
)

t.test('a refusal that teaches nothing, or nothing new, looks at no row again', async t => {
  const { place, kept, again } = placeWith()
  kept.push('rule')
  await learn(
    [
      { rows: [row(8, ['y'], teaching([]))], reply },
      { rows: [row(9, ['z'], teaching(['rule']))], reply },
      { rows: [row(10, ['x'], naming())], reply },
    ],
    place,
  )
  t.strictSame([kept, again(), place.desk.size], [['rule'], [], 3])
})
