import { gzipSync } from 'node:zlib'
import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { names } from '../../src/sources/names.ts'
import { keeps } from '../contracts/keeps.ts'
import { readAll } from './read-all.ts'

const many = Array.from({ length: 20_000 }, (_, at) => `user${at}@contoso.com`).join('\n')

t.test('a list of names keeps the contract of a source', t =>
  keeps(t, sourceContract({ make: () => names({ from: 'names.txt.gz' }), files: { 'names.txt.gz': gzipSync(many) } })),
)

t.test('the key is the line number, and blank lines and blanks around a name are left out', async t => {
  const folder = t.testdir({ 'names.txt': 'ann@contoso.com\r\n\r\n  bob@contoso.com\n', 'rows.txt': '{"id":"a"}\n' })
  const { rows } = await readAll(names({ from: 'names.txt' }), folder)
  t.strictSame(rows, [
    { key: 1, value: { name: 'ann@contoso.com' } },
    { key: 3, value: { name: 'bob@contoso.com' } },
  ])
  await t.rejects(readAll(names({ from: 'rows.txt' }), folder), {
    code: 'INPUT_MALFORMED',
    message: 'Line 1 of rows.txt is a JSON object, not a name.',
    facts: { line: 1 },
  })
})
