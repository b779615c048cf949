import t from 'tap'
import { changeDesk, type Line } from '../cli/change-desk.ts'

const desk = await changeDesk(t)
const people = await desk.people(
  'id,userPrincipalName,displayName,department,employeeId,onPremisesSyncEnabled,userType,employeeOrgData,otherMails,jobTitle',
)
const cloud = people.filter(one => one['onPremisesSyncEnabled'] === null && one['userType'] === 'Member')
const [ann, bob, cid, dora] = cloud as [Line, Line, Line, Line]
const synced = people.find(one => one['onPremisesSyncEnabled'] === true)!
const upnOf = (one: Line): string => String(one['userPrincipalName'])
const idOf = (one: Line): string => String(one['id'])
const update = (text: string, ...flags: readonly string[]) => desk.change(['users', 'update'], text, ...flags)
const seen = async (one: Line, select: string): Promise<Line | undefined> =>
  (await desk.people(select, `id eq '${idOf(one)}'`))[0]

t.test('the key is the id, else the user principal name, or the property of --key', async t => {
  t.match((await update(`id,department\n${idOf(ann)},One\n`)).results, [{ outcome: 'done' }])
  t.match((await update(`userPrincipalName,department\n${upnOf(ann).toUpperCase()},Two\n`)).results, [
    { outcome: 'done' },
  ])
  const { results } = await update(
    `employeeId,department\n${String(ann['employeeId'])},Three\nno-such-id,Three\n`,
    '--key',
    'employeeId',
  )
  t.match(results, [
    { outcome: 'done' },
    { key: 3, outcome: 'failed', code: 'OBJECT_NOT_FOUND', message: 'No user has the employeeId no-such-id.' },
  ])
  t.strictSame(await seen(ann, 'department'), { department: 'Three' })
})

t.test('newUserPrincipalName renames', async t => {
  const name = upnOf(dora).replace('@', '.new@')
  t.match((await update(`userPrincipalName,newUserPrincipalName\n${upnOf(dora)},${name}\n`)).results, [
    { outcome: 'done' },
  ])
  t.strictSame(await seen(dora, 'userPrincipalName'), { userPrincipalName: name })
})

t.test('an empty cell leaves, --nulls clears, and a row fails where Graph cannot clear', async t => {
  const text = `id,department,otherMails,displayName,usageLocation\n${idOf(ann)},,,,\n${idOf(bob)},NULL,NULL,,\n${idOf(cid)},,,NULL,\n`
  t.match((await update(text, '--nulls', 'NULL')).results, [
    { outcome: 'unchanged' },
    { outcome: 'done' },
    {
      ...{ key: 4, outcome: 'failed', code: 'ROW_INVALID' },
      message: 'displayName cannot be cleared.',
      fix: 'Remove the value, or set another one.',
    },
  ])
  t.strictSame(await seen(bob, 'department,otherMails'), { department: null, otherMails: [] })
  t.strictSame(await seen(ann, 'department'), { department: 'Three' })
})

t.test('in JSON lines a missing property stays, and null clears only with --nulls', async t => {
  const lines = [
    { id: idOf(cid), jobTitle: null },
    { id: idOf(ann), jobTitle: 'Boss' },
  ]
  desk.write('in.jsonl', lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const run = (...flags: string[]) =>
    desk.run('users', 'update', '--tenant', 'sandbox', '--from', 'in.jsonl', '--yes', ...flags)
  t.equal((await run()).status, 0)
  t.strictSame(await seen(cid, 'jobTitle'), { jobTitle: cid['jobTitle'] })
  t.strictSame(await seen(ann, 'jobTitle,department'), { jobTitle: 'Boss', department: 'Three' })
  t.equal((await run('--nulls', 'x')).status, 0)
  t.strictSame(await seen(cid, 'jobTitle'), { jobTitle: null })
})

t.test('a list cell replaces the list, and half of a complex property is completed', async t => {
  const text = 'id,otherMails,employeeOrgData/division\n'
  t.equal((await update(`${text}${idOf(bob)},a@x.com;b@x.com,North\n`)).status, 0)
  t.equal((await update(`id,otherMails,costCenter\n${idOf(bob)},b@x.com,4711\n`)).status, 0)
  t.strictSame(await seen(bob, 'otherMails,employeeOrgData'), {
    otherMails: ['b@x.com'],
    employeeOrgData: { division: 'North', costCenter: '4711' },
  })
})

const failed = { outcome: 'failed', code: 'ROW_INVALID' }

t.test('what an update cannot do fails, and names what does it', async t => {
  const rows = [`${idOf(ann)},1;2,,`, `${idOf(bob)},,SMTP:new@contoso.com,`, `${idOf(cid)},,,${idOf(ann)}`]
  const { results } = await update(`id,businessPhones,proxyAddresses,manager\n${rows.join('\n')}\n`)
  t.strictSame(results, [
    {
      ...{ key: 2, ...failed, message: 'businessPhones has several numbers, and Graph keeps one.' },
      fix: 'Keep one number.',
    },
    {
      ...{ key: 3, ...failed, code: 'READ_ONLY' },
      message: 'proxyAddresses cannot be changed, and differs from the directory.',
      fix: 'Remove the column. Exchange assigns proxy addresses. Change them in Exchange, or change `mail`.',
    },
    {
      ...{ key: 4, ...failed, message: 'manager cannot be written with this operation.' },
      fix: 'Use `entrapipe users set-manager`.',
    },
  ])
})

t.test('custom attributes are written as any property', async t => {
  const names: string[] = []
  for (const { id } of desk.rowsOf(await desk.exported('applications', '--select', 'id')))
    names.push(
      ...desk
        .rowsOf(await desk.exported('graph', `/applications/${String(id)}/extensionProperties`, '--select', 'name'))
        .map(({ name }) => String(name)),
    )
  const directory = names[0]!
  const schema = 'extk9eruy7c_costs'
  const text = `id,extensionAttribute1,extensionAttribute15,${directory},${schema}/budgetCode\n${idOf(ann)},x1,x15,4711,B1\n`
  t.match((await update(text)).results, [{ outcome: 'done' }])
  const found = (await seen(ann, `onPremisesExtensionAttributes,${directory},${schema}`))!
  t.match(found['onPremisesExtensionAttributes'], { extensionAttribute1: 'x1', extensionAttribute15: 'x15' })
  t.equal(found[directory], '4711')
  t.match(found[schema], { budgetCode: 'B1' })
})

t.test('a read-only column passes where it is equal, and properties of Active Directory fail unsent', async t => {
  const made = String((await seen(ann, 'createdDateTime'))!['createdDateTime'])
  await desk.writes()
  const { results } = await update(
    `id,createdDateTime,department,extensionAttribute3,employeeHireDate,usageLocation
${idOf(ann)},${made},,,,
${idOf(bob)},2020-01-01T00:00:00Z,,,,
${idOf(synced)},,Other,x,2020-01-01,
`,
  )
  t.strictSame(results, [
    { key: 2, outcome: 'unchanged', code: null, message: 'The directory already has these values.', fix: null },
    {
      ...{ key: 3, ...failed, code: 'READ_ONLY' },
      message: 'createdDateTime cannot be changed, and differs from the directory.',
      fix: 'Remove the column.',
    },
    {
      ...{ key: 4, ...failed, code: 'ON_PREMISES' },
      message:
        'The user is synchronized from Active Directory, which masters department, onPremisesExtensionAttributes/extensionAttribute3, employeeHireDate.',
      fix: 'Change in Active Directory: department, extensionAttribute3, the attribute that is synced as employeeHireDate.',
    },
  ])
  t.strictSame(await desk.writes(), {})
  t.match((await update(`id,usageLocation\n${idOf(synced)},CH\n`)).results, [{ outcome: 'done' }])
})

t.test(
  'what a spreadsheet made of a value fails the row; its apostrophes and formulas of text are taken off',
  async t => {
    const rows = [
      `${idOf(ann)},'=Sales,"=""0012"""`,
      `${idOf(bob)},#N/A,`,
      `${idOf(cid)},,"1,23E+11"`,
      `${idOf(dora)},#REF!,`,
    ]
    const { results } = await update(`id,department,employeeId\n${rows.join('\n')}\n`)
    t.match(results, [
      { key: 2, outcome: 'done' },
      { key: 3, ...failed, message: 'department is #N/A, which a spreadsheet writes in place of a value.' },
      {
        ...{ key: 4, ...failed },
        message: 'employeeId is 1,23E+11: a spreadsheet has rounded the number, so its digits are lost.',
      },
      { key: 5, ...failed, message: 'department is #REF!, which a spreadsheet writes in place of a value.' },
    ])
    t.strictSame(await seen(ann, 'department,employeeId'), { department: '=Sales', employeeId: '0012' })
  },
)
