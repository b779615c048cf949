import t from 'tap'
import { cellsOf, openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, {
  users: 900,
  licences: {
    skus: [
      { sku: 'SPE_E3', enabled: 700, direct: 0.4, group: 0.2, both: 0.05, disabledPlans: [[], ['SWAY']] },
      { sku: 'SPE_E5', enabled: 500, warning: 20, suspended: 5, direct: 0.5 },
      { sku: 'POWER_BI_PRO', enabled: 450, direct: 0.3 },
      { sku: 'VISIOCLIENT', enabled: 7 },
    ],
  },
})
const desk = bed.desk()
/** Each has a quota of sign-ins of its own, so that no test waits for it. */
const another = () => bed.desk()
const report = ['licenses', 'report']
const users = bed.directory.collection('user')
const ids = users.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const dayMs = 86_400_000
type Found = Readonly<Record<string, unknown>>

interface Sku {
  readonly skuId: string
  readonly skuPartNumber: string
  readonly consumedUnits: number
  readonly prepaidUnits: Readonly<Record<'enabled' | 'warning' | 'suspended' | 'lockedOut', number>>
}

const exported = await desk.run(['export', 'skus', '--to', 'skus.jsonl'])
t.equal(exported.status, 0, exported.stderr)
const skus = rowsOf(desk.read('skus.jsonl')) as unknown as readonly Sku[]
const partNumberOf = new Map(skus.map(({ skuId, skuPartNumber }) => [skuId, skuPartNumber]))

/** What each user has now by the ledger of truth: the assigners of each product, by part number. */
const truth = new Map(
  ids.map(id => {
    const held = new Map<string, string[]>()
    for (const { sku, by, until } of bed.directory.licences.truth(id)) {
      const name = partNumberOf.get(sku)!
      if (until === null) held.set(name, [...(held.get(name) ?? []), by])
    }
    return [id, held] as const
  }),
)
const licensed = ids.filter(id => truth.get(id)!.size > 0)
const lastOf = (id: string): string | undefined =>
  (users.get(id)!['signInActivity'] as Record<string, string> | null)?.['lastSuccessfulSignInDateTime']
/** Half of the sign-ins are older than this. */
const days = Math.floor((Date.now() - licensed.flatMap(id => lastOf(id) ?? []).map(Date.parse).toSorted((a, b) => a - b)[licensed.length >> 1]!) / dayMs) // prettier-ignore
const since = Date.now() - days * dayMs

const useOf = (id: string): string | undefined => {
  const last = lastOf(id)
  if (last !== undefined && Date.parse(last) >= since) return undefined
  if (Date.parse(String(users.get(id)!['createdDateTime'])) >= since) return undefined
  return last === undefined ? 'neverSignedIn' : 'unused'
}
/** The findings about a user, as `finding SKU`. */
const expectedOf = (id: string, withUse = true): readonly string[] =>
  expected.get(id)!.filter(one => withUse || /^(?:contained|twice)/.test(one))
const allOf = (id: string): readonly string[] => {
  const held = truth.get(id)!
  const use = useOf(id)
  return [...held].flatMap(([sku, by]) => [
    ...(use === undefined ? [] : [`${use} ${sku}`]),
    // By Microsoft's plans, E5 has those of the other two, and E3 has not those of Power BI.
    ...(sku !== 'SPE_E5' && held.has('SPE_E5') ? [`contained ${sku}`] : []),
    ...(by.includes('direct') && by.length > 1 ? [`twice ${sku}`] : []),
  ])
}
const expected = new Map(ids.map(id => [id, allOf(id)] as const))
const foundIn = (rows: readonly Found[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>()
  for (const row of rows) {
    if (row['row'] !== 'user') continue
    const id = String(row['userId'])
    found.set(id, [...(found.get(id) ?? []), `${String(row['finding'])} ${String(row['skuPartNumber'])}`])
  }
  return found
}
const sorted = (texts: readonly string[] = []): readonly string[] => [...texts].toSorted()
const countsOf = (some: readonly string[], sku?: string, withUse = true) => {
  const having = (finding: string): number =>
    some.filter(id =>
      expectedOf(id).some(one => (sku === undefined ? one.startsWith(`${finding} `) : one === `${finding} ${sku}`)),
    ).length
  return {
    users: some.filter(id => sku === undefined || truth.get(id)!.has(sku)).length,
    unused: withUse ? having('unused') : null,
    neverSignedIn: withUse ? having('neverSignedIn') : null,
    contained: having('contained'),
    twice: having('twice'),
  }
}

t.test('every finding, unit and count equals the truth of the directory', async t => {
  const { status, stderr } = await desk.run([...report, '--unused-days', String(days), '--to', 'report.jsonl'])
  t.equal(status, 0, stderr)
  const rows = rowsOf(desk.read('report.jsonl'))
  const found = foundIn(rows)
  t.strictSame(
    ids.map(id => [id, sorted(found.get(id))]),
    ids.map(id => [id, sorted(expectedOf(id))]),
  )
  t.ok(found.size > 400 && found.size < licensed.length, `${found.size} of ${licensed.length}`)
  const kinds = new Set(rows.map(row => row['finding']))
  t.strictSame(kinds, new Set(['unused', 'neverSignedIn', 'contained', 'twice', null]))

  const products = rows.filter(row => row['row'] === 'product')
  t.strictSame(sorted(products.map(row => String(row['skuPartNumber']))), sorted([...partNumberOf.values()]))
  for (const { skuPartNumber, consumedUnits, prepaidUnits } of skus) {
    const { enabled, warning, suspended, lockedOut } = prepaidUnits
    const row = products.find(one => one['skuPartNumber'] === skuPartNumber)!
    const free = Math.max(0, enabled + warning - consumedUnits)
    t.match(row, { owned: enabled, used: consumedUnits, free, inGrace: warning, suspended, lockedOut })
    t.match(row, countsOf(ids, skuPartNumber), skuPartNumber)
    t.equal(row['users'], consumedUnits, 'nobody else uses a unit')
  }
  t.match(rows.at(-1), { row: 'total', ...countsOf(licensed) })

  const departmentOf = (id: string) => (users.get(id)!['department'] as string | null) ?? null
  const departments = rows.filter(row => row['row'] === 'department')
  t.strictSame(new Set(departments.map(row => row['department'])), new Set(licensed.map(departmentOf)))
  for (const row of departments) {
    const own = licensed.filter(id => departmentOf(id) === row['department'])
    t.match(row, countsOf(own))
    for (const part of rows.filter(
      one => one['row'] === 'departmentProduct' && one['department'] === row['department'],
    ))
      t.match(part, countsOf(own, String(part['skuPartNumber'])))
  }
  const people = departments.map(row => Number(row['users']))
  t.strictSame(
    people,
    people.toSorted((a, b) => b - a),
    'the largest first',
  )
})

t.test('a row names the user, the last sign-in, the product that contains, and the groups', async t => {
  const rows = rowsOf(desk.read('report.jsonl'))
  const unused = rows.find(row => row['finding'] === 'unused')!
  const user = users.get(String(unused['userId']))!
  t.match(unused, {
    userPrincipalName: user['userPrincipalName'],
    displayName: user['displayName'],
    department: user['department'],
    lastSuccessfulSignIn: lastOf(String(unused['userId'])),
    containedIn: null,
    owned: null,
  })
  const contained = rows.filter(row => row['finding'] === 'contained')
  t.strictSame(new Set(contained.map(row => String(row['containedIn']))), new Set(['SPE_E5']))
  t.ok(
    contained.every(row => row['isCovered'] === true),
    'nobody has plans of E5 turned off',
  )
  for (const row of rows.filter(one => one['finding'] === 'twice'))
    t.strictSame(['direct', ...(row['groups'] as string[])], truth.get(String(row['userId']))!.get('SPE_E3'))
})

t.test('only licensed users are read', async t => {
  const own = another()
  const asked: string[] = []
  bed.before(({ path, query }) => {
    if (path === '/users') asked.push(decodeURIComponent(String(query)))
    return undefined
  })
  const { status, stderr } = await own.run([...report, '--to', 'again.csv'])
  bed.before()
  t.equal(status, 0, stderr)
  const reading = asked.filter(query => query.includes('assignedLicenses,'))
  t.ok(reading.length > 0 && reading.every(query => query.includes('assignedLicenses/$count ne 0')), asked.join('\n'))
  t.match(stderr, 'Graph has been seen to leave signInActivity empty')
  const [header, ...lines] = cellsOf(own.read('again.csv'))
  t.equal(header![0], 'row')
  t.equal(lines.at(-1)![0], 'total')
  const { counts, completeness } = own.manifest('again.csv')
  t.match({ counts, completeness }, { counts: { read: licensed.length }, completeness: 'complete' })
})

t.test('on a terminal it is a table with bars, and with --json an array of rows', async t => {
  const own = another()
  const { status, stdout, stderr } = await own.run([...report, '--unused-days', String(days)])
  t.equal(status, 0, stderr)
  const e5 = skus.find(({ skuPartNumber }) => skuPartNumber === 'SPE_E5')!
  const share = Math.floor((e5.consumedUnits / 520) * 100)
  t.match(
    stdout,
    new RegExp(`^Microsoft 365 E5 +SPE_E5 +500 +${e5.consumedUnits} +\\d+ +20 +5 .*█+·* ${share} %$`, 'm'),
  )
  t.match(stdout, /^Department +Users +Unused +Never signed in +In another +Twice$/m)
  t.match(stdout, /^Visio .* VISIOCLIENT +7 +0 +7 /m)
  const json = await own.run([...report, '--unused-days', String(days), '--json'])
  t.equal(json.status, 0, json.stderr)
  t.strictSame(JSON.parse(json.stdout), rowsOf(desk.read('report.jsonl')))
})

t.test('without AuditLog.Read.All the report says what it leaves out', async t => {
  const own = another()
  await bed.control('PUT', '/knobs', { roles: ['User.Read.All', 'LicenseAssignment.Read.All'] })
  await bed.control('DELETE', '/tokens')
  const { status, stderr } = await own.run([...report, '--to', 'less.jsonl'])
  t.equal(status, 0, stderr)
  t.match(stderr, /does not say who does not use a licence\. They need AuditLog\.Read\.All/)
  const rows = rowsOf(own.read('less.jsonl'))
  const found = foundIn(rows)
  t.strictSame(
    ids.map(id => [id, sorted(found.get(id))]),
    ids.map(id => [id, sorted(expectedOf(id, false))]),
  )
  t.match(rows.at(-1), { row: 'total', ...countsOf(licensed, undefined, false) })
  const table = await own.run(report)
  t.match(table.stdout, /users with licences: [\d,]+ have a product that another/)
})

t.test('a permission that is missing is named, and nothing is written', async t => {
  const own = another()
  for (const [roles, missing] of [
    [['User.Read.All', 'AuditLog.Read.All'], 'LicenseAssignment.Read.All'],
    [['LicenseAssignment.Read.All', 'AuditLog.Read.All'], 'User.Read.All'],
  ] as const) {
    await bed.control('PUT', '/knobs', { roles })
    await bed.control('DELETE', '/tokens')
    const { status, stderr } = await own.run([...report, '--to', 'none.csv'])
    t.equal(status, 6, stderr)
    t.match(stderr, missing)
    t.notOk(own.names().some(name => name.startsWith('none.csv')))
  }
})

t.test('wrong uses are refused, each with what to do', async t => {
  const own = another()
  for (const [args, says] of [
    [['--unused-days', '0'], '--unused-days'],
    [['--unused-days', 'many'], '--unused-days'],
    [['--unused-day', '5'], '--unused-days'],
    [['--to', 'report.txt'], 'report.txt'],
    [['--bom'], 'Name a file with --to'],
    [['--to', ''], '--to'],
  ] as const) {
    const { status, stderr } = await own.run([...report, ...args])
    t.equal(status, 2, stderr)
    t.match(stderr, says)
  }
  const long = await own.run([...report, '--unused-days', '9999'])
  t.equal(long.status, 2)
  t.match(long.stderr, 'since Graph records successful sign-ins since 2023-12-01')
})
