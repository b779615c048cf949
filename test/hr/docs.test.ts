import t from 'tap'
import { loadMapping } from '../../src/catalogue/load-mapping.ts'
import { processEnvironment } from '../../src/core/environment.ts'
import { claimIn } from '../../src/hr/claims.ts'
import { personIn } from '../../src/hr/person.ts'
import type { Row } from '../../src/core/row.ts'
import { csv } from '../../src/sources/csv.ts'
import { blocksOf } from '../markdown.ts'
import { readAll } from '../sources/read-all.ts'

const block = (language: string): string => blocksOf('docs/hr-feeds.md').find(one => one.language === language)!.text

t.test('the row of docs/hr-feeds.md means the account there', async t => {
  const folder = t.testdir({ 'contoso-hr.ts': block('ts'), 'feed.csv': block('csv') })
  const { mapping } = await loadMapping('contoso-hr.ts', { ...processEnvironment(), cwd: folder })
  const { rows } = await readAll(csv({ from: 'feed.csv' }), folder)
  const { key, value } = rows[0] as Row<Readonly<Record<string, string>>>
  const moment = { nowMs: Date.parse('2026-06-15T12:00:00Z'), timeZone: 'UTC' }
  const { wanted } = personIn(mapping, claimIn(mapping, key, value, moment), moment)
  const [userPrincipalName] = mapping.generated.get('userPrincipalName')!.namesOf({ ...value, ...wanted })
  t.strictSame({ ...wanted, userPrincipalName }, JSON.parse(block('json')))
  t.strictSame(
    mapping.columns.map(({ name }) => name).filter(name => !(name in value)),
    [],
  )
})
