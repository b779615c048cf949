import t from 'tap'
import type { Sink } from '../../../src/core/parts.ts'
import { exportPlan } from '../../../src/catalogue/exports/export-plan.ts'
import type { ExportParams } from '../../../src/catalogue/exports/export-params.ts'
import type { ExportKind } from '../../../src/catalogue/exports/kinds.ts'

const reads = (what: ExportKind, params: object) =>
  (exportPlan(what, { to: 'out.csv', ...params } as ExportParams).sink as Sink<unknown>).reads

t.test('rows may lack the usual columns, which are not those of every object, but no column that was named', t => {
  const usual = reads('members', { group: ['Sales'] })
  t.strictSame(
    usual?.filter(({ optional }) => !optional),
    [],
  )
  t.strictSame(reads('members', { group: ['Sales'], rename: ['jobTitle=title'] })?.length, usual?.length)
  t.strictSame(reads('members', { group: ['Sales'], select: ['id', 'jobTitle'] }), [
    { name: 'id' },
    { name: 'jobTitle' },
  ])
  t.end()
})

t.test('a new name that ends in a question mark is a name, and not an optional column', t => {
  const params = { select: ['id', 'accountEnabled'], rename: ['accountEnabled=Active?'] }
  t.strictSame(reads('users', params), [{ name: 'id' }, { name: 'Active?' }])
  t.end()
})
