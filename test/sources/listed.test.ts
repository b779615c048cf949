import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { csv } from '../../src/sources/csv.ts'
import { listed } from '../../src/sources/listed.ts'
import { names } from '../../src/sources/names.ts'
import { keeps } from '../contracts/keeps.ts'
import { readAll } from './read-all.ts'
import { sandboxGraph } from './sandbox-graph.ts'

const client = await sandboxGraph(t, { users: 900 })
const { body } = await client.request<{ value: { id: string; userPrincipalName: string }[] }>({
  method: 'GET',
  url: '/users?$top=999&$select=id,userPrincipalName',
})
const users = body.value
const lines = users.map(({ id, userPrincipalName }, at) => (at % 2 === 0 ? id : userPrincipalName))
const table = ['Name,userPrincipalName', ...users.map(({ userPrincipalName }, at) => `${at},${userPrincipalName}`)]

for (const [name, make] of [
  ['lines', () => listed({ kind: 'user', names: names({ from: 'users.txt' }), select: ['displayName'] })],
  ['a table', () => listed({ kind: 'user', names: csv({ from: 'users.csv' }), select: ['id', 'mail'] })],
] as const)
  t.test(`the users of a list of ${name} keep the contract of a source`, t =>
    keeps(
      t,
      sourceContract({
        make,
        graph: client,
        files: { 'users.txt': lines.join('\n'), 'users.csv': table.join('\n') },
      }),
    ),
  )

t.test('options are checked at once', t => {
  const list = names({ from: 'users.txt' })
  t.throws(() => listed({ kind: 'person' as 'user', names: list }), { code: 'OPTION_INVALID' })
  t.throws(() => listed({ kind: 'user', names: {} as typeof list }), { code: 'OPTION_INVALID' })
  t.throws(() => listed({ kind: 'user', names: list, select: ['dispalyName'] }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => names({ from: '' }), { code: 'OPTION_INVALID' })
  t.end()
})

t.test('a list without rows is refused, unless it may be empty', async t => {
  const folder = t.testdir({ 'none.txt': '\n\n' })
  const from = (allowed: { readonly allowEmpty?: boolean }) =>
    readAll(listed({ kind: 'group', names: names({ from: 'none.txt' }), ...allowed }), folder)
  const refused = { code: 'INPUT_INCOMPLETE', message: 'The list has no rows, so it names no group.' }
  await t.rejects(from({}), refused)
  await t.rejects(from({ allowEmpty: false }), refused)
  t.strictSame((await from({ allowEmpty: true })).rows, [])
})
