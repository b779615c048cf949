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

const typesOf = async (what: ExportKind, params: object) => {
  const { sink } = exportPlan(what, { to: 'out.parquet', ...params } as ExportParams)
  return (await (sink as Sink<unknown>).describe!(undefined as never)) as { readonly types: object }
}

t.test('columns of Parquet have the types of the schema, also under other names and in a preset', async t => {
  const select = ['id', 'createdDateTime', 'otherMails', 'manager', 'employeeOrgData/division']
  t.strictSame((await typesOf('users', { select, rename: ['createdDateTime=Created'] })).types, {
    id: 'text',
    Created: 'timestamp',
    otherMails: 'texts',
    manager: 'any',
    'employeeOrgData/division': 'text',
  })
  const { types } = await typesOf('devices', { preset: 'portal-devices' })
  t.match(types, {
    accountEnabled: 'boolean',
    registrationTime: 'timestamp',
    userNames: 'texts',
    mdmDisplayName: 'any',
  })
})

t.test('any collection needs its columns for Parquet', t => {
  const params = { path: '/directoryRoles', to: 'x.parquet' }
  t.throws(() => exportPlan('graph', params), { code: 'USAGE', message: /Name them with --select/ })
  t.doesNotThrow(() => exportPlan('graph', { ...params, select: ['id'] }))
  t.end()
})

t.test('a question mark at the end of a new name is part of the name', t => {
  const params = { select: ['id', 'accountEnabled'], rename: ['accountEnabled=Active?'] }
  t.strictSame(reads('users', params), [{ name: 'id' }, { name: 'Active?' }])
  t.end()
})
