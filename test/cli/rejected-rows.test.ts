import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commandBed } from './command-bed.ts'

const bed = await commandBed(t)
const files = {
  'wide.csv': 'userPrincipalName\nnobody@contoso.com\nann@contoso.com,a,b,c,d\n',
  'list.jsonl': '[1]\n',
  'list.json': '[[1]]\n',
}
for (const [name, text] of Object.entries(files)) bed.write(name, text)
bed.write('people.csv', 'userPrincipalName,displayName\nann@contoso.com,Ann\nbo@contoso.com,Bo,c,d,e\n')
bed.write('group.csv', 'group,member\na,b,c,d\n')

/** Operations of the results of a dry run, and the columns of its rejects. */
const rejected = async (from: string, ...command: readonly string[]) => {
  const ran = await bed.run(...command, '--tenant', 'sandbox', '--from', from, '--dry-run', '--json')
  if (ran.stdout === '') throw new Error(ran.stderr)
  const { run } = JSON.parse(ran.stdout.trim().split('\n').at(-1)!) as { readonly run: string }
  const results = await bed.look(store => store.read(run, reader => reader.readResults()))
  return results.filter(({ code }) => code === 'ROW_INVALID')
}

for (const [operation, ...command] of [
  ['disable-user', 'users', 'disable'],
  ['assign-license', 'licenses', 'assign', '--sku', 'SPE_E3'],
  ['remove-license', 'licenses', 'remove', '--sku', 'SPE_E3'],
  ['disable-user', 'offboard'],
  ['create-user', 'onboard', '--plain-credentials', '--credentials', 'new.csv'],
  ['assign-eligible-role', 'roles', 'assign', '--eligible', '--role', 'Reports Reader'],
] as const)
  t.test(`a row that is no row of a file has the operation of ${command.join(' ')} in its result`, async t => {
    for (const file of Object.keys(files)) {
      const from = operation === 'create-user' && file === 'wide.csv' ? 'people.csv' : file
      const results = await rejected(from, ...command)
      t.strictSame(
        results.map(result => [result.operation, result.outcome, result.code, result.target]),
        [[operation, 'failed', 'ROW_INVALID', undefined]],
        from,
      )
      t.match(results[0]!.message, from)
    }
  })

t.test('so has a row of a list of members', async t => {
  t.match(await rejected('group.csv', 'members', 'sync'), [{ operation: 'add-member' }])
  t.match(await rejected('group.csv', 'members', 'add'), [{ operation: 'add-member' }])
})

t.test('a secret in a row that could not be read is in no file of the store', async t => {
  bed.write(
    'secrets.csv',
    `userPrincipalName,displayName,password\n${['ann', 'bo', 'cy'].map(name => `${name}@contoso.com,${name},Sun-and-moon-1\n`).join('')}di@contoso.com,Di,Ng,OpenSesame-4711\n`,
  )
  const results = await rejected('secrets.csv', 'users', 'create')
  t.equal(results.length, 1)
  const files = readdirSync(join(bed.folder, 'store'), { recursive: true, withFileTypes: true }).filter(
    entry => entry.isFile() && !entry.name.startsWith('sandbox'),
  )
  const found = files.filter(entry => readFileSync(join(entry.parentPath, entry.name)).includes('OpenSesame'))
  t.ok(files.some(({ name }) => name === 'run.sqlite'))
  t.strictSame(
    found.map(({ name }) => name),
    [],
  )
})
