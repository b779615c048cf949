import t from 'tap'
import { skuOf } from '../licensing/products.ts'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const desk = await changeDesk(
  t,
  {},
  {
    users: 200,
    tls: false,
    licences: {
      skus: [
        { sku: 'SPE_E3', enabled: 400, direct: 1, disabledPlans: [['SWAY', 'YAMMER_ENTERPRISE']] },
        { sku: 'POWER_BI_PRO', enabled: 400, direct: 1 },
        { sku: 'EMS', enabled: 400 },
      ],
      withoutUsageLocation: 0,
    },
  },
)
const holders = new Set(desk.rowsOf(await desk.exported('role-assignments')).map(({ principalId }) => principalId))
const users = (await desk.people('id,userPrincipalName,displayName,userType'))
  .filter(user => user['userType'] === 'Member' && !holders.has(user['id']))
  .slice(-30)
const nameOf = (at: number): string => String(users[at]!['userPrincipalName'])
const idOf = (at: number): string => String(users[at]!['id'])
const held = async (at: number): Promise<readonly string[]> => {
  const [user] = await desk.people('userPrincipalName,assignedLicenses', `userPrincipalName eq '${nameOf(at)}'`)
  const skus = (user!['assignedLicenses'] as readonly Line[]).map(({ skuId }) => skuId)
  return ['SPE_E3', 'POWER_BI_PRO', 'EMS'].filter(sku => skus.includes(skuOf(sku)))
}
const outcomes = (results: readonly Line[]) => results.map(({ outcome, code }) => code ?? outcome)
const change = (verb: string, text: string, ...flags: readonly string[]) =>
  desk.change(['licenses', verb], text, '--json', '--max-failed', '50', ...flags)
const quoted = (cell: string): string => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
/** Lines of a CSV file that people keep after they filtered it. */
const keptOf = (name: string, keep: (line: string) => boolean): string => {
  const [header, ...lines] = desk.textOf(name).split('\n')
  return [header, ...lines.filter(keep)].join('\n') + '\n'
}

t.test('an export of licences that was filtered is removed, and assigned again with the same plans off', async t => {
  const exported = await desk.run('export', 'licenses', '--tenant', 'sandbox', '--to', 'licences.csv')
  t.equal(exported.status, 0, exported.stderr)
  const kept = keptOf('licences.csv', line => line.includes(nameOf(0)) && line.includes('SPE_E3'))
  t.match(kept, /^.?userId,/)
  const removed = await change('remove', kept)
  t.match([removed.status, outcomes(removed.results)], [0, ['done']], removed.stderr)
  t.match(removed.stderr, '')
  t.strictSame(await held(0), ['POWER_BI_PRO'])
  const assigned = await change('assign', kept)
  t.match([assigned.status, outcomes(assigned.results)], [0, ['done']], assigned.stderr)
  const again = await desk.run('export', 'licenses', '--tenant', 'sandbox', '--to', 'again.csv')
  t.equal(again.status, 0)
  t.equal(
    keptOf('again.csv', line => line.includes(nameOf(0)) && line.includes('SPE_E3')),
    kept,
  )
  const modified = await change('modify', kept, '--disable-plans', 'FORMS_PLAN_E3')
  t.match([modified.status, outcomes(modified.results)], [0, ['done']], modified.stderr)
})

t.test('columns that name different products fail their row, in one sentence', async t => {
  const header = 'userId,userPrincipalName,skuId,skuPartNumber,productName'
  const rows = [
    [idOf(1), nameOf(1), skuOf('POWER_BI_PRO'), 'SPE_E3', ''],
    [idOf(1), nameOf(1), skuOf('POWER_BI_PRO').toUpperCase(), 'power_bi_pro', 'Power BI Pro'],
    [idOf(2), nameOf(2), '', 'POWER_BI_PRO', 'Microsoft 365 E3'],
  ]
  const removed = await change('remove', `${header}\n${rows.map(row => row.join(',')).join('\n')}\n`)
  t.strictSame(outcomes(removed.results), ['ROW_INVALID', 'done', 'ROW_INVALID'], removed.stderr)
  t.match(removed.results, [
    {
      message: 'skuId is Power BI Pro (POWER_BI_PRO), and skuPartNumber is SPE_E3: these are different products.',
      fix: /--columns "skuPartNumber="/,
    },
    {},
    { message: /^skuPartNumber is Power BI Pro \(POWER_BI_PRO\), and productName is Microsoft 365 E3: these/ },
  ])
  t.strictSame([await held(1), await held(2)], [['SPE_E3'], ['SPE_E3', 'POWER_BI_PRO']])
})

t.test('what a file says that users have is never changed under a --sku that does not name it', async t => {
  const kept = `userId,skuId,skuPartNumber,isDirect\n${idOf(3)},${skuOf('SPE_E3')},SPE_E3,true\n${idOf(3)},${skuOf('POWER_BI_PRO')},POWER_BI_PRO,true\n`
  const removed = await change('remove', kept, '--sku', 'POWER_BI_PRO')
  t.strictSame(outcomes(removed.results), ['ROW_INVALID', 'done'], removed.stderr)
  t.match(removed.results[0], {
    message: /has Microsoft 365 E3 \(SPE_E3\) by the file, and --sku names other products/,
  })
  t.strictSame(await held(3), ['SPE_E3'])
  const all = await change('remove', kept.split('\n').slice(0, 2).join('\n'), '--all')
  t.match([all.status, await held(3)], [0, []], all.stderr)
})

t.test('the list of active users of the Microsoft 365 admin center has products joined with plus signs', async t => {
  const header = 'Block credential,Display name,Licenses,Object Id,Title,User principal name,When created'
  const row = (at: number, products: string) =>
    `False,"Doe, Jo",${products},${idOf(at)},Boss,${nameOf(at)},2025-01-01 10:00:00Z`
  const given = await change('assign', `userPrincipalName,LicenseSKU\n${nameOf(4)},EMS\n`)
  t.equal(given.status, 0, given.stderr)
  const text = `${header}\n${row(4, 'Power BI Pro+Enterprise Mobility + Security E3')}\n${row(5, 'Power BI Pro')}\n`
  const removed = await change('remove', text)
  t.match([removed.status, outcomes(removed.results)], [0, ['done', 'done', 'done']], removed.stderr)
  t.strictSame([await held(4), await held(5)], [['SPE_E3'], ['SPE_E3']])
  const users = await change('assign', `${header}\n${row(5, 'Unlicensed')}\n`, '--sku', 'POWER_BI_PRO')
  t.match([users.status, await held(5)], [0, ['SPE_E3', 'POWER_BI_PRO']], users.stderr)
  const mixed = await change('assign', text, '--sku', 'SPE_E3')
  t.match(outcomes(mixed.results), ['ROW_INVALID', 'ROW_INVALID'], mixed.stderr)
})

t.test("the Entra portal's user download names users, and --sku the product", async t => {
  const exported = await desk.run(
    ...['export', 'users', '--preset', 'portal-users-29', '--tenant', 'sandbox', '--to', 'portal.csv'],
  )
  t.equal(exported.status, 0, exported.stderr)
  const removed = await change(
    'remove',
    keptOf('portal.csv', line => line.includes(nameOf(6))),
    '--sku',
    'Power BI Pro',
  )
  t.match([removed.status, await held(6)], [0, ['SPE_E3']], removed.stderr)
})

t.test('users in a report of licences lose what it found, and its rows of counts are left out', async t => {
  const reported = await desk.run('licenses', 'report', '--tenant', 'sandbox', '--to', 'report.csv')
  t.equal(reported.status, 0, reported.stderr)
  const rows = desk.textOf('report.csv').split('\n').slice(1)
  const user = rows.find(
    line => line.includes(',POWER_BI_PRO,') && users.slice(10).some(one => line.includes(String(one['id']))),
  )!
  const at = users.findIndex(one => user.includes(String(one['id'])))
  const isOfUser = (line: string) => line.startsWith('user,')
  const kept = keptOf('report.csv', line => line === user || (line !== '' && !isOfUser(line)))
  const removed = await change('remove', kept)
  t.match([removed.status, outcomes(removed.results)], [0, ['done']], removed.stderr)
  t.match(JSON.stringify(summaryOf(removed).summary), /rows of counts in the report are about no user/)
  t.strictSame(await held(at), ['SPE_E3'])
})

t.test('lists with semicolons, quotes, a byte order mark, blanks and ids in any case are read', async t => {
  const people = await desk.run('users', 'find', nameOf(7), '--tenant', 'sandbox', '--json')
  const found = (JSON.parse(people.stdout) as { readonly users: readonly Line[] }).users.map(({ id }) => String(id))
  t.strictSame(found, [idOf(7)])
  const skus = `"${skuOf('POWER_BI_PRO').toUpperCase()}; Enterprise Mobility + Security E3 "`
  const assigned = await change(
    'assign',
    `\uFEFF"User Principal Name","License SKU",DisabledPlans\n"${nameOf(7)}",${skus},\n`,
  )
  t.match([assigned.status, outcomes(assigned.results)], [0, ['unchanged', 'done']], assigned.stderr)
  t.strictSame(await held(7), ['SPE_E3', 'POWER_BI_PRO', 'EMS'])
  const plans = ` SWAY ;"; `
  const odd = await change(
    'assign',
    `UPN;LicenseSKU;DisabledPlans\n${nameOf(7)};spe_e3;${quoted(plans.replace('"', ''))}\n`,
  )
  t.match([odd.status, outcomes(odd.results)], [0, ['done']], odd.stderr)
})

t.test('an export as JSON lines is read with its lists', async t => {
  const exported = await desk.run('export', 'licenses', '--tenant', 'sandbox', '--to', 'licences.jsonl')
  t.equal(exported.status, 0, exported.stderr)
  const kept = desk
    .textOf('licences.jsonl')
    .split('\n')
    .filter(line => line.includes(nameOf(8)))
  t.equal(kept.length, 2)
  desk.write('kept.jsonl', `${kept.join('\n')}\n`)
  const remove = ['licenses', 'remove', '--tenant', 'sandbox', '--yes', '--json', '--from']
  const removed = await desk.run(...remove, 'kept.jsonl')
  t.match([removed.status, await held(8)], [0, []], removed.stderr)
})
