import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { xlsx } from '../../src/sources/xlsx.ts'
import { sheet, textRow, workbook } from '../formats/xlsx/make-workbook.ts'
import { readAll } from '../sources/read-all.ts'
import { changeDesk } from './change-desk.ts'

/** The rows of a workbook that a command has written. */
const valuesOf = async (folder: string, name: string) =>
  (await readAll(xlsx({ from: name }), folder)).rows.map(({ value }) => value as Readonly<Record<string, string>>)

t.test(
  'an export to a workbook has the columns of the listing, and is read by every command that reads a file',
  async t => {
    const desk = await changeDesk(t)
    const { run, folder } = desk
    const select = ['--select', 'id,displayName,mobilePhone,accountEnabled', '--limit', '30', '--tenant', 'sandbox']
    const csv = await run('export', 'users', ...select, '--to', 'users.csv')
    t.equal(csv.status, 0, csv.stderr)
    const exported = await run('export', 'users', ...select, '--to', 'users.xlsx')
    t.equal(exported.status, 0, exported.stderr)
    const rows = await valuesOf(folder, 'users.xlsx')
    t.strictSame(Object.keys(rows[0]!), ['id', 'displayName', 'mobilePhone', 'accountEnabled'])
    t.equal(rows.length, 30)
    t.equal((await run('verify', 'users.xlsx')).status, 0)
    const same = await run('diff', 'users.csv', 'users.xlsx', '--key', 'id', '--from-delimiter', ',', '--exit-code')
    t.equal(same.status, 0, same.stderr)
    const enabled = ['filter', 'accountEnabled eq true', '--from', 'users.xlsx']
    t.equal((await run(...enabled, '--to', 'enabled.csv')).status, 0)
    t.equal((await run('filter', 'accountEnabled eq true', '--from', 'users.csv', '--to', 'same.csv')).status, 0)
    t.equal(desk.textOf('enabled.csv'), desk.textOf('same.csv'))
  },
)

t.test('the portal template in a workbook changes users, and the results are a workbook', async t => {
  const desk = await changeDesk(t)
  const { run, folder, people } = desk
  const all = await people('userPrincipalName', "onPremisesSyncEnabled ne true and userType eq 'Member'")
  // The first ones hold roles.
  const ann = all.at(-1)
  const template = sheet(
    [
      textRow(1, 'version:v1.0'),
      textRow(2, 'User name [userPrincipalName] Required'),
      textRow(3, 'Example: chris@contoso.com'),
      textRow(4, String(ann!['userPrincipalName'])),
      textRow(6, 'nobody@contoso.com'),
    ].join(''),
  )
  desk.write('leavers.xlsx', template)
  const argv = ['users', 'disable', '--tenant', 'sandbox', '--from', 'leavers.xlsx', '--include-privileged', '--yes']
  const ran = await run(...argv, '--results', 'results.xlsx')
  t.equal(ran.status, 3, ran.stderr)
  const results = await valuesOf(folder, 'results.xlsx')
  t.match(
    results.map(({ key, outcome }) => [key, outcome]),
    [
      ['4', 'done'],
      ['6', 'failed'],
    ],
  )
})

t.test('options for a sheet are named in errors, and refused for other formats', async t => {
  const desk = await changeDesk(t, { 'x.csv': 'a\n1\n' })
  const rows = `${textRow(1, 'a')}<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>`
  desk.write(
    'two.xlsx',
    workbook({
      sheets: [
        { name: 'A', rows },
        { name: 'B', rows: textRow(1, 'a') },
      ],
    }),
  )
  const filter = (...argv: readonly string[]) => desk.run('filter', 'a eq 1', ...argv)
  for (const [argv, message] of [
    [['--from', 'two.xlsx'], /two\.xlsx has 2 sheets: "A", "B"\. Name the one to read: --sheet\./],
    [
      ['--from', 'two.xlsx', '--sheet', 'A'],
      /Row 2 of two\.xlsx, sheet "A" is hidden, .* or set --hidden-rows to read or skip/,
    ],
    [['--from', 'x.csv', '--sheet', 'A'], /--sheet applies only to xlsx, but the input is CSV\. Leave it out\./],
    [['--from', 'two.xlsx', '--from-delimiter', ';'], /--from-delimiter applies only to CSV, but the input is xlsx\./],
    [
      ['--from', 'x.csv', '--to', 'y.xlsx', '--eol', 'crlf'],
      /--eol applies only to CSV and jsonl and json, but the output is xlsx\./,
    ],
    [['--from', '-', '--from-format', 'xlsx'], /A workbook cannot be read from stdin/],
    [['--from', 'x.xls'], /Of workbooks, only \.xlsx is supported/],
    [['--from', 'x.csv', '--to', 'y.xlsx.gz'], /A workbook is compressed already/],
  ] as const) {
    const { stderr, status } = await filter(...argv)
    t.match(stderr, message, argv.join(' '))
    t.not(status, 0)
  }
  t.equal((await filter('--from', 'two.xlsx', '--sheet', 'a', '--hidden-rows', 'read', '--to', 'out.csv')).status, 0)
  t.equal(readFileSync(join(desk.folder, 'out.csv'), 'utf8'), 'a\n1\n')
})
