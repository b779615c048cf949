import { join } from 'node:path'
import t from 'tap'
import { loadMapping } from '../../src/catalogue/load-mapping.ts'
import { processEnvironment } from '../../src/core/environment.ts'

const load = (folder: string, file: string) => loadMapping(file, { ...processEnvironment(), cwd: folder })

const mapping = `import { column, hrFeed } from 'entrapipe/hr'
export default hrFeed({
  name: 'employees',
  scope: "employeeType eq 'Employee'",
  person: 'EmpNo',
  match: ['employeeId'],
  account: {
    employeeId: 'EmpNo',
    displayName: 'Name',
    userPrincipalName: 'Upn',
  },
})
`

t.test('a mapping file is loaded from the working folder', async t => {
  const folder = t.testdir({ 'hr.ts': mapping })
  const loaded = await load(folder, 'hr.ts')
  t.match(loaded, { file: join(folder, 'hr.ts'), codeHash: /^[0-9a-f]{64}$/, mapping: { name: 'employees' } })
})

t.test('mistakes have their file and line', async t => {
  const folder = t.testdir({
    'hr.ts': mapping
      .replace("displayName: 'Name'", "displayName: column('Name').date('dm')")
      .replace('employees', 'e e'),
  })
  await t.rejects(load(folder, 'hr.ts'), {
    code: 'MAPPING_INVALID',
    message: /^The mapping has 2 mistakes:\n {2}name has .*\(hr\.ts:3\)\n {2}A date needs its order.*\(hr\.ts:9\)$/,
  })
})

t.test('a file that is missing, is no mapping or cannot be loaded is refused by its name', async t => {
  const folder = t.testdir({ 'one.ts': 'export default {}', 'two.ts': 'export default nothing' })
  await t.rejects(load(folder, 'hr.ts'), { code: 'FILE_MISSING', message: /hr\.ts was not found/ })
  await t.rejects(load(folder, 'one.ts'), { code: 'MAPPING_INVALID', message: /one\.ts has no default export/ })
  await t.rejects(load(folder, 'two.ts'), { code: 'MAPPING_INVALID', message: /nothing is not defined \(two\.ts:1\)/ })
})
