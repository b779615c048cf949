import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { Row } from '../../src/core/row.ts'
import type { Source, Transform, Writer } from '../../src/core/parts.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { bed } from './plan-bed.ts'

/** Rows 1 to 60. Each page has the same object as its position, which moves on. */
const numbers: Source<Fields> = {
  kind: 'numbers',
  async *read(_ctx, _shard, from) {
    const position = { at: (from as { at: number } | undefined)?.at ?? 0 }
    while (position.at < 60) {
      const first = position.at
      position.at += 5
      yield { rows: [1, 2, 3, 4, 5].map(n => ({ key: first + n, value: { n: first + n } })), position }
    }
  },
}

/** Holds back seven rows, and saves the list in which it holds them. */
const holding: Transform<Fields, Fields> = {
  kind: 'holding',
  open(_ctx, saved) {
    const held = (saved as Row<Fields>[] | undefined) ?? []
    return {
      page(rows: readonly Row<Fields>[]) {
        held.push(...rows)
        return held.splice(0, Math.max(0, held.length - 7))
      },
      end: () => held.splice(0),
      save: () => held as never,
    }
  },
}

t.test('a state and a position that change after a cut are saved as they were at the cut', async t => {
  const { run, text } = bed(t)
  const to = jsonl({ to: 'out/n.jsonl', trailer: false })
  let cuts = 0
  // Its marks come two cuts late, as those of a compressed file do.
  const late = {
    ...to,
    async open(...args: Parameters<typeof to.open>) {
      const writer = await to.open(...args)
      const marks: Awaited<ReturnType<Writer<Fields>['checkpoint']>>[] = []
      return {
        ...writer,
        async checkpoint(cut: number) {
          marks.push(await writer.checkpoint(cut))
          if (++cuts === 6) throw new Error('stopped')
          return marks.at(-3) ?? marks[0]!
        },
      }
    },
  }
  const plan = { source: numbers, transforms: [holding], sink: late, rowsPerCut: 5 }
  await t.rejects(run(plan), { message: 'stopped' })
  t.match(await run(plan), { end: 'done', manifest: { resumed: 1, counts: { read: 60, written: 60 } } })
  const lines = text('out/n.jsonl').trim().split('\n')
  t.strictSame(
    lines.map(line => (JSON.parse(line) as { n: number }).n),
    Array.from({ length: 60 }, (_, at) => at + 1),
  )
})
