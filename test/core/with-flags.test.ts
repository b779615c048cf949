import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Source } from '../../src/core/parts.ts'
import type { Result } from '../../src/core/result.ts'
import { withFlags } from '../../src/core/with-flags.ts'

const message = "Set `encoding: 'utf-16le'`, `headerLine`, `singleHeader: true` or `other: 1`"
const error = new EntrapipeError('INPUT_MALFORMED', message, { facts: { line: 2 }, fix: 'Set `headerLine`.' })
const flags = { encoding: '--from-encoding', headerLine: '--from-header-line', singleHeader: '--single' }
const told = {
  code: 'INPUT_MALFORMED',
  message: 'Set --from-encoding utf-16le, --from-header-line, --single or `other: 1`',
  facts: { line: 2 },
  fix: 'Set --from-header-line.',
}
const fails = (): never => {
  throw error
}
const failing: Source<unknown> = {
  kind: 'failing',
  check: async () => fails(),
  columns: fails,
  async *read(ctx) {
    ctx.settled({ key: 1, operation: 'x', outcome: 'failed', code: 'ROW_INVALID', message, fix: 'Set `headerLine`.' })
    ctx.settled({ key: 2, operation: 'x', outcome: 'done' })
    yield { rows: [{ key: 3, value: {} }] }
    fails()
  },
}

t.test('an error of the function that makes a source names flags, too', async t => {
  const make = (): never => {
    throw new EntrapipeError('OPTION_INVALID', 'Refused', { fix: 'Set `top`' })
  }
  t.throws(() => withFlags(make, { top: '--page-size' }), { message: 'Refused', fix: 'Set --page-size' })
})

t.test('errors and rejected rows of a source name flags in place of its options', async t => {
  const results: Result[] = []
  const ctx = { settled: (result: Result) => results.push(result), run: 'r1' } as unknown as Context
  const source = withFlags(failing, flags)
  await t.rejects(source.check!(ctx), told)
  await t.rejects(source.columns!(ctx) as Promise<unknown>, told)
  const rows: unknown[] = []
  await t.rejects(async () => {
    for await (const page of source.read(ctx, { name: 'failing' })) rows.push(...page.rows)
  }, told)
  t.strictSame(rows, [{ key: 3, value: {} }])
  t.strictSame(results, [
    {
      key: 1,
      operation: 'x',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: told.message,
      fix: told.fix,
    },
    { key: 2, operation: 'x', outcome: 'done' },
  ])
})

t.test('an error without an option with a flag is unchanged', async t => {
  await t.rejects(withFlags(failing, { delimiter: '--delimiter' }).check!({} as Context), error)
})
