import t from 'tap'
import { rowsOfUsers } from '../../../src/catalogue/changes/rows-of-users.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { readAll } from '../../sources/read-all.ts'

t.test('rows of counts in a report are left out, and no others', async t => {
  const lines = [
    { row: 'user', userId: 'a', userPrincipalName: 'ann' },
    { row: 'product', userId: null, userPrincipalName: null },
    { row: 'total', userId: '', userPrincipalName: '' },
    { row: 'total', userPrincipalName: 'bob' },
    { userPrincipalName: null },
  ]
  const folder = t.testdir({ 'in.jsonl': lines.map(line => `${JSON.stringify(line)}\n`).join('') })
  const { rows } = await readAll(rowsOfUsers(jsonl({ from: 'in.jsonl' })), folder)
  t.strictSame(
    rows.map(({ value }) => value),
    [lines[0], lines[3], lines[4]],
  )
})
