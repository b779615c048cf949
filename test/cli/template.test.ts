import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { operationsOfFiles } from '../../src/catalogue/operations.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { runCommand } from './tenants-cli.ts'

const template = (folder: string, ...argv: string[]) => runCommand(fakeEnvironment(folder), ['template', ...argv])

t.test('the portal’s template is written as the portal’s download', async t => {
  const { out, status, said } = await template(t.testdir({}), 'users', 'delete')
  t.strictSame(
    [status, out, said],
    [0, 'version:v1.0\nUser name [userPrincipalName] Required\nExample: chris@contoso.com\n', []],
  )
  t.equal((await template(t.testdir({}), 'users create')).out.split('\n')[0], `version:v1.0${','.repeat(16)}`)
})

t.test('with --json the columns are printed', async t => {
  const { out } = await template('/', 'users', 'restore', '--json')
  t.strictSame(JSON.parse(out), {
    operation: 'users restore',
    kind: 'restore-user',
    columns: ['Object ID [objectId] Required'],
  })
})

t.test('an operation that the portal does not have gets a header and an example row', async t => {
  const { out } = await template(t.testdir({}), 'enable-user')
  t.equal(out, 'userPrincipalName\nExample: chris@contoso.com\n')
})

t.test('without an operation all are listed, as commands and as pipelines name them', async t => {
  const { out } = await template('/')
  t.equal(out.trimEnd().split('\n').length, operationsOfFiles().length + 2)
  t.match(out, /^offboard +offboard\nonboard +onboard$/m)
  t.match(out, /^groups create +create-group\ngroups delete +delete-group\n/m)
  t.match(out, /^users revoke-sessions +revoke-sessions$/m)
  const { error } = await template('/', 'x')
  t.equal(error?.code, 'OPTION_INVALID')
})

t.test('every operation is typed as it is listed, options and all, for its template and its permissions', async t => {
  const { out } = await template('/', '--json')
  const listed = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { readonly operation: string; readonly kind: string })
  t.ok(listed.some(({ operation }) => operation === 'roles assign --eligible'))
  for (const { operation, kind } of listed) {
    const words = operation.split(' ')
    t.match(JSON.parse((await template('/', ...words, '--json')).out), { operation, kind })
    const known = await runCommand(fakeEnvironment('/'), ['permissions', ...words, '--json'])
    t.equal(known.status, 0, operation)
    t.match(JSON.parse(known.out), [{ operation }])
  }
  t.match((await template('/', 'users', 'create', '--app')).error, {
    message: /No operation "users create --app" reads the rows of a file/,
  })
})

t.test('a misspelt operation is refused, and the nearest is named', async t => {
  const { error } = await template('/', 'user', 'creat')
  t.match(error, {
    code: 'OPTION_INVALID',
    exit: 2,
    message: 'No operation "user creat" reads the rows of a file. Did you mean "users create"?',
    fix: '`entrapipe template` lists those that do.',
  })
})

t.test('a file gets its own name at once, and says what to do with it', async t => {
  const folder = t.testdir({})
  const { out, status, said } = await template(folder, 'members', 'add', '--to', 'team.csv')
  t.strictSame(
    [status, out, said],
    [
      0,
      '',
      [
        'Wrote team.csv. Add your rows to it, then: entrapipe members add --tenant … --group … --from team.csv --dry-run',
      ],
    ],
  )
  t.equal(
    readFileSync(join(folder, 'team.csv'), 'utf8'),
    'Member object ID or user principal name [memberObjectIdOrUpn] Required\nExample: 9832aad8-e4fe-496b-a604-95c6eF01ae75\n',
  )
})

t.test(
  'a file that may have been filled in is not replaced, nor a folder, nor the partial file of something else',
  async t => {
    const folder = t.testdir({
      'filled.csv': 'userPrincipalName\nann@contoso.com\n',
      'busy.csv.partial': 'x',
      'folder.csv': {},
    })
    const write = async (to: string) => (await template(folder, 'users', 'enable', '--to', to)).error
    t.match(await write('filled.csv'), { code: 'FILE_UNWRITABLE', message: /filled\.csv already exists/ })
    t.equal(readFileSync(join(folder, 'filled.csv'), 'utf8'), 'userPrincipalName\nann@contoso.com\n')
    t.match(await write('busy.csv'), { code: 'FILE_UNWRITABLE', message: /busy\.csv\.partial already exists/ })
    t.match(await write('folder.csv'), { code: 'FILE_UNWRITABLE', message: /is a folder/ })
    t.match(await write('x.jsonl'), {
      code: 'OPTION_INVALID',
      message: 'Expected --to to be x.csv or -, got "x.jsonl"',
    })
    t.equal(await write('new.csv'), undefined)
    t.equal(await write('new.csv'), undefined, 'the same template again')
  },
)

t.test('commands of several steps have templates, and a command that reads no file has none', async t => {
  const folder = t.testdir({})
  t.equal((await template(folder, 'offboard')).out, 'userPrincipalName\nExample: chris@contoso.com\n')
  t.match(
    (await template(folder, 'onboard')).out,
    /^userPrincipalName,displayName,.*,UsageLocation,LicenseSKU,Groups,Role,Manager\nExample: chris@/,
  )
  for (const words of [
    'licenses report',
    'licenses ledger',
    'licenses group assign',
    'users find',
    'runs due',
    'audit',
    'export',
  ])
    t.match((await template(folder, ...words.split(' '))).error, {
      code: 'OPTION_INVALID',
      message: `"${words}" reads no file of rows, so it has no template.`,
      fix: new RegExp(`^\`entrapipe ${words} --help\``),
    })
  t.match((await template(folder, 'filter')).error, {
    code: 'OPTION_INVALID',
    message: '"filter" reads a file, and has no template.',
  })
  t.match((await template(folder, 'licenses', 'remov')).error, { message: /Did you mean "licenses remove"\?$/ })
})
