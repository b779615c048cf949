import t from 'tap'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Position, Row } from '../../src/core/row.ts'
import type { Source, Transform } from '../../src/core/parts.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { json as fromJson } from '../../src/sources/json.ts'
import { jsonl as fromJsonl } from '../../src/sources/jsonl.ts'
import { openStore } from '../../src/store/open-store.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { partContext } from '../contracts/part-context.ts'
import { environmentAt } from '../store/fixtures.ts'

/** As a run is opened, after it was told from others and before anything is read. */
const beforeReading = (act: () => void): Transform<Fields, Fields> => ({
  kind: 'act',
  open() {
    act()
    return row => row
  },
})

t.test('a run whose input changes after it was identified fails and leaves nothing', async t => {
  const input = 'n\n1\n2\n'
  const folder = t.testdir({ 'in.csv': input, 'known.csv': input, out: {} })
  const environment = environmentAt(join(folder, 'store'), { cwd: folder })
  const store = openStore({ environment, clock: systemClock })
  t.teardown(() => store.close())
  const run = (changed?: string) => {
    const change = beforeReading(() => changed && writeFileSync(join(folder, changed), 'n\n3\n4\n5\n'))
    const known = lookup({ from: fromCsv({ from: 'known.csv' }), key: 'n', by: 'n', take: {} })
    return execute({
      pipeline: 'test',
      params: {},
      plan: {
        source: fromCsv({ from: 'in.csv' }),
        transforms: [change, known],
        sink: toCsv({ to: 'out/good.csv' }),
      },
      store,
      places: destinationAt,
      environment,
      clock: systemClock,
      signal: new AbortController().signal,
      version: '0.0.0',
      codeHash: 'same',
    })
  }
  for (const name of ['in.csv', 'known.csv']) {
    await t.rejects(run(name), {
      code: 'INPUT_CHANGED',
      exit: 1,
      message: new RegExp(`${name} was changed while it was read`),
    })
    t.strictSame(readdirSync(join(folder, 'out')), [], 'neither a file nor a partial')
    t.match((await store.list())[0], { status: 'failed', error: { code: 'INPUT_CHANGED' } })
  }
  t.equal((await run()).end, 'done')
  t.equal(readFileSync(join(folder, 'out/good.csv'), 'utf8'), 'n\n3\n4\n5\n', 'a repeat reads the current file')
})

t.test('a resumed run reads the input that is part of its identity', async t => {
  const values = Array.from({ length: 5 }, (_, n) => ({ n }))
  const lines = values.map(value => JSON.stringify(value))
  const inputs: readonly (readonly [string, string, (from: string) => Source<unknown>])[] = [
    ['in.csv', 'n\n1\n2\n3\n4\n5\n', from => fromCsv({ from })],
    ['in.jsonl', `${lines.join('\n')}\n`, from => fromJsonl({ from })],
    ['in.json', `[${lines.join()}]`, from => fromJson({ from })],
  ]
  for (const [name, input, sourceOf] of inputs) {
    const folder = t.testdir({ [name]: input })
    const source = sourceOf(name)
    const { ctx } = partContext(folder)
    const goOn = async (from: Position): Promise<readonly Row<unknown>[]> => {
      const rows: Row<unknown>[] = []
      for await (const page of source.read(ctx, { name: source.kind }, from)) rows.push(...page.rows)
      return rows
    }
    await source.describe?.(ctx)
    t.equal((await goOn({ rows: 3 })).length, 2, name)
    writeFileSync(join(folder, name), input.replace('1', '10'))
    await t.rejects(goOn({ rows: 3 }), { code: 'INPUT_CHANGED' }, name)
  }
})
