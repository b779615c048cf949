import t from 'tap'
import type { Sink } from '../../../src/core/parts.ts'
import { exportPlan } from '../../../src/catalogue/exports/export-plan.ts'
import type { ExportParams } from '../../../src/catalogue/exports/export-params.ts'
import type { ExportKind } from '../../../src/catalogue/exports/kinds.ts'

const reads = (what: ExportKind, params: object) =>
  (exportPlan(what, { to: 'out.csv', ...params } as ExportParams).sink as Sink<unknown>).reads

t.test('rows may lack default columns, but not columns that were named', t => {
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

t.test('a question mark at the end of a new name is part of the name', t => {
  const params = { select: ['id', 'accountEnabled'], rename: ['accountEnabled=Active?'] }
  t.strictSame(reads('users', params), [{ name: 'id' }, { name: 'Active?' }])
  t.end()
})
