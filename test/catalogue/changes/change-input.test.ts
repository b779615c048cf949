import t from 'tap'
import type { Fields } from '../../../src/core/json.ts'
import { changeInput, type ChangeInputParams } from '../../../src/catalogue/changes/change-input.ts'
import { portalCaption, portalTemplates } from '../../../src/data/portal-templates.ts'
import { addMember, createUser, updateUser } from '../../operations/columns/fixtures.ts'
import { partContext } from '../../contracts/part-context.ts'

const read = async (
  folder: string,
  operation: Parameters<typeof changeInput>[0],
  params: ChangeInputParams,
  given: readonly string[] = [],
) => {
  const { source, valuesOf } = changeInput(operation, params, given)
  const { ctx } = partContext(folder)
  const notes: unknown[] = []
  const watched = Object.create(ctx, { origin: { value: ({ note }: { note?: unknown }) => note && notes.push(note) } })
  await source.columns?.(watched)
  const values = []
  for await (const { rows } of source.read(watched, { name: 'csv' }))
    for (const { key, value } of rows) values.push([key, valuesOf(value as Fields)])
  return { values, notes }
}

t.test('a template keeps its captions, so that its rows can be corrected and read again', async t => {
  const captions = portalTemplates['create-users'].columns.map(portalCaption)
  const lines = [
    'version:v1.0,,,',
    captions.join(','),
    'Example: Chris Green,chris@contoso.com,x,No',
    'Ann,ann@contoso.com,Pass1!,No,,,,,,,,,,,,,',
  ]
  const folder = t.testdir({
    'new.csv': `\ufeff${lines.join('\r\n')}\r\n`,
    'again.csv': `${[lines[1], lines[3]].join('\n')}\n`,
  })
  const expected = {
    displayName: 'Ann',
    userPrincipalName: 'ann@contoso.com',
    passwordProfile: { password: 'Pass1!' },
    accountEnabled: true,
  }
  t.strictSame((await read(folder, createUser, { from: 'new.csv' })).values, [[4, expected]])
  t.strictSame((await read(folder, createUser, { from: 'again.csv' })).values, [[2, expected]])
})

t.test('a wrong header is refused before the first row', async t => {
  const folder = t.testdir({ 'wrong.csv': 'id,departmnt\na,b\n' })
  const { source } = changeInput(updateUser, { from: 'wrong.csv' })
  await t.rejects(async () => source.columns!(partContext(folder).ctx), {
    code: 'COLUMN_UNKNOWN',
    message: 'users update has no column departmnt. Did you mean department?',
  })
})

t.test('columns that are not used are reported once', async t => {
  const folder = t.testdir({ 'export.csv': 'id,displayName,jobTitle\na,Ann,x\nb,Bo,y\n' })
  const { values, notes } = await read(folder, addMember, { from: 'export.csv' }, ['group'])
  t.strictSame(values, [
    [2, { member: 'a' }],
    [3, { member: 'b' }],
  ])
  t.strictSame(notes, ['Columns that are not used: displayName, jobTitle.'])
})

t.test('JSON lines keep their types', async t => {
  const folder = t.testdir({ 'rows.jsonl': '{"id":"a","accountEnabled":false}\n{"id":"b","department":null}\n' })
  t.strictSame((await read(folder, updateUser, { from: 'rows.jsonl' })).values, [
    [1, { user: 'a', accountEnabled: false }],
    [2, { user: 'b' }],
  ])
})

t.test('--columns is file=property, once for each column', async t => {
  for (const [columns, message] of [
    [['Dept'], 'Expected --columns to be column=property, or column= to ignore a column, got "Dept"'],
    [['=department'], 'Expected --columns to be column=property, or column= to ignore a column, got "=department"'],
    [['Dept=department', 'Dept=city'], '--columns names the column Dept twice.'],
  ] as const)
    t.throws(() => changeInput(updateUser, { from: 'x.csv', columns }), { code: 'OPTION_INVALID', message })
  const folder = t.testdir({ 'feed.csv': 'Login,Dept=1\na,b\n' })
  t.strictSame(
    (await read(folder, updateUser, { from: 'feed.csv', columns: ['Login=user', 'Dept=1=department'] })).values,
    [[2, { user: 'a', department: 'b' }]],
  )
  t.strictSame((await read(folder, updateUser, { from: 'feed.csv', columns: ['Login=user', 'Dept=1='] })).values, [
    [2, { user: 'a' }],
  ])
})

t.test('an invalid cell is an error of its row', async t => {
  const folder = t.testdir({ 'x.csv': 'id,accountEnabled\na,maybe\n' })
  await t.rejects(read(folder, updateUser, { from: 'x.csv' }), { code: 'ROW_INVALID' })
})
