import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { OperationRow } from '../../src/core/operation.ts'
import { effect, effectMemory, effects, type Became } from '../../src/hr/effects.ts'
import { updateUser } from '../../src/operations/update-user.ts'
import { draw } from '../operations/operation-bed.ts'
import { memoryTables } from '../../src/hr/tables.ts'
import { openDatabase } from '../../src/store/database.ts'

const { before, given, begun } = effect
const { disabled, sessions, settled } = effects
const today = '2026-06-15'

/** A memory of the account `a`. @param known what it has at first, by effect */
const scene = (t: Test, known: Readonly<Record<string, number>> = {}) => {
  const database = openDatabase(join(t.testdir({}), 'memory.sqlite'), { versions: memoryTables })
  t.teardown(() => database.close())
  const put = database.sql.prepare('insert into effects values (?, ?, ?, ?)')
  for (const [name, how] of Object.entries(known)) put.run('a', name, how, '2026-06-01')
  const memory = effectMemory(database, today)
  const all = database.sql.prepare('select effect, how from effects where account = ? order by effect')
  return {
    ...memory,
    found: () => Object.fromEntries(all.all('a').map(({ effect, how }) => [effect, how])),
  }
}

const adding: OperationRow = { kind: 'add-member', value: { group: 'g', member: 'a' } }
const removing: OperationRow = { kind: 'remove-member', value: { group: 'g', member: 'a' } }
/** As a row is accepted. */
const updated = (properties: OperationRow['value']): OperationRow => ({
  kind: 'update-user',
  value: updateUser.accept({ user: 'a', ...properties }, draw),
})
const updating = (accountEnabled: boolean): OperationRow => updated({ jobTitle: 'Cook', accountEnabled })
const of = (kind: string, value: OperationRow['value'] = {}): OperationRow => ({ kind, value: { user: 'a', ...value } })

t.test('what changes do is remembered by what became of them', async t => {
  for (const [known, change, became, found] of [
    [{}, adding, { outcome: 'done' }, { g: given }],
    [{ g: begun }, adding, { outcome: 'done' }, { g: given }],
    [{}, adding, { outcome: 'unchanged' }, { g: before }],
    [{ g: before }, adding, { outcome: 'unchanged' }, { g: before }],
    [{ g: given }, adding, { outcome: 'unchanged' }, { g: given }],
    [{}, adding, { outcome: 'failed' }, {}],
    [{ g: given }, adding, { outcome: 'failed', isRefused: true }, { g: given }],
    [{ g: given }, removing, { outcome: 'done' }, {}],
    [{ g: given }, removing, { outcome: 'unchanged' }, {}],
    [{ g: given }, removing, { outcome: 'failed' }, { g: given }],
    [{}, of('disable-user'), { outcome: 'done' }, { [disabled]: given }],
    [{}, updating(false), { outcome: 'unchanged' }, { [disabled]: given }],
    [{}, updating(false), { outcome: 'failed' }, {}],
    [{}, of('restore-user'), { outcome: 'done' }, { [disabled]: given }],
    [{}, of('create-user', { accountEnabled: false }), { outcome: 'done', id: 'a' }, { [disabled]: given }],
    [{}, of('create-user', { accountEnabled: true }), { outcome: 'done', id: 'a' }, {}],
    [{}, of('revoke-sessions'), { outcome: 'done' }, { [sessions]: given }],
    [{}, of('revoke-sessions'), { outcome: 'failed' }, {}],
    [
      { [disabled]: given, [sessions]: given, [settled]: given, g: given },
      updating(true),
      { outcome: 'done' },
      { g: given },
    ],
    [{ [disabled]: given }, of('enable-user'), { outcome: 'done' }, {}],
    [{ [disabled]: given }, of('enable-user'), { outcome: 'unknown' }, { [disabled]: given }],
    [{ [disabled]: given }, updated({ jobTitle: 'Cook' }), { outcome: 'done' }, { [disabled]: given }],
    [{}, of('set-manager', { manager: 'b' }), { outcome: 'done' }, {}],
  ] as readonly (readonly [Readonly<Record<string, number>>, OperationRow, Became, object])[]) {
    const { settle, found: now } = scene(t, known)
    settle(change, became)
    t.strictSame(now(), found, `${JSON.stringify(known)} ${change.kind} ${became.outcome}`)
  }
})

t.test('a change whose reply was lost is begun, and given as soon as it is seen', async t => {
  for (const [change, name] of [
    [adding, 'g'],
    [updating(false), disabled],
  ] as const) {
    const { begin, settle, found } = scene(t)
    begin(change)
    settle(change, { outcome: 'unknown' })
    t.strictSame(found(), { [name]: begun })
    settle(change, { outcome: 'failed' })
    t.strictSame(found(), { [name]: begun }, 'a later run that did not send it says nothing about it')
    settle(change, { outcome: 'unchanged' })
    t.strictSame(found(), { [name]: given })
    begin(change)
    t.strictSame(found(), { [name]: given })
  }
})

t.test('a change that was refused is not begun', async t => {
  const { begin, settle, found } = scene(t)
  begin(adding)
  settle(adding, { outcome: 'failed', isRefused: true })
  t.strictSame(found(), {})
})
