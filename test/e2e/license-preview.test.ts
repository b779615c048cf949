import { statSync } from 'node:fs'
import t, { type Test } from 'tap'
import { planIdOf, skuCatalogue } from '../../src/data/sku-catalogue.ts'
import type { Impact, ProductImpact } from '../../src/licensing/impact/impact.ts'
import { cellsOf, openBed, rowsOf, tenantOf } from './bed.ts'

const off = [[], ['SWAY'], ['YAMMER_ENTERPRISE', 'SWAY'], ['FORMS_PLAN_E3']]
const bed = await openBed(t, {
  users: 400,
  licences: {
    skus: [
      { sku: 'SPE_E3', enabled: 400, direct: 0.4, group: 0.1, both: 0.08, disabledPlans: off },
      { sku: 'SPE_E5', enabled: 500, direct: 0.05 },
      { sku: 'AAD_PREMIUM', enabled: 500, direct: 0.9, group: 0.05 },
      { sku: 'POWER_BI_PRO', enabled: 500 },
      { sku: 'VISIOCLIENT', enabled: 5, warning: 2, suspended: 40 },
    ],
    withoutUsageLocation: 0.1,
  },
})
const desk = bed.desk({
  // What one run changes, the next one sees.
  config: { tenants: { bed: { ...tenantOf(bed.sandbox), lagBound: 0 } } },
  files: {
    'prices.csv': 'sku,price,currency\nSPE_E3,36.00,EUR\nSPE_E5,57.5,EUR\nPOWER_BI_PRO,10,USD\nVISIOCLIENT,4,EUR\n',
  },
})
const skuIds = new Map([...skuCatalogue().values()].map(({ skuId, skuPartNumber }) => [skuPartNumber, skuId]))
const ids = bed.directory.collection('user').slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids

interface Truth {
  readonly user: string
  readonly sku: string
  readonly by: string
  readonly disabledPlans: readonly string[]
  readonly until: string | null
}

/** What the directory itself says that users have now: plans that are on, products, and those that a group gives. */
const stateNow = () =>
  new Map(
    ids.map(id => {
      const held = [...bed.directory.licences.truth(id)].filter(
        ({ until }: Truth) => until === null,
      ) as readonly Truth[]
      const plans = new Set(
        held.flatMap(({ sku, disabledPlans }) =>
          skuCatalogue()
            .get(sku)!
            .plans.map(({ servicePlanId }) => servicePlanId)
            .filter(plan => !disabledPlans.includes(plan)),
        ),
      )
      const byGroup = new Set(held.flatMap(({ sku, by }) => (by === 'direct' ? [] : [sku])))
      const direct = new Set(held.flatMap(({ sku, by }) => (by === 'direct' ? [sku] : [])))
      return [id, { skus: new Set(held.map(({ sku }) => sku)), plans, byGroup, direct }] as const
    }),
  )
type State = ReturnType<typeof stateNow>

const usedNow = async (): Promise<ReadonlyMap<string, number>> => {
  const ran = await desk.run(['export', 'skus', '--to', 'skus.jsonl'])
  t.equal(ran.status, 0, ran.stderr)
  return new Map(rowsOf(desk.read('skus.jsonl')).map(sku => [String(sku['skuId']), Number(sku['consumedUnits'])]))
}
const locationOf = (id: string): unknown => bed.directory.collection('user').get(id)!['usageLocation']
const unlocated = (): ReadonlySet<string> => new Set(ids.filter(id => (locationOf(id) ?? '') === ''))

const countsIn = (before: State, after: State) => {
  const of = (name: 'skus' | 'plans') => {
    const found = new Map<string, { gained: number; lost: number }>()
    const at = (key: string) => {
      const known = found.get(key) ?? { gained: 0, lost: 0 }
      found.set(key, known)
      return known
    }
    for (const id of ids) {
      const [old, now] = [before.get(id)![name], after.get(id)![name]]
      for (const key of now) if (!old.has(key)) at(key).gained++
      for (const key of old) if (!now.has(key)) at(key).lost++
    }
    return found
  }
  return { skus: of('skus'), plans: of('plans') }
}

/** Makes a preview and then the changes, and compares each number with what became of the directory. */
const compared = async (t: Test, ...args: readonly string[]) => {
  const [before, used, without] = [stateNow(), await usedNow(), unlocated()]
  const dry = await desk.run([
    'licenses',
    ...args,
    '--tenant',
    'bed',
    '--dry-run',
    '--json',
    '--prices',
    'prices.csv',
    '--report',
    'users.jsonl',
  ])
  t.match(dry.stdout, /"impact"/, dry.stderr)
  t.strictSame(countsIn(before, stateNow()), { skus: new Map(), plans: new Map() }, 'a preview changes nothing')
  const { impact } = JSON.parse(dry.stdout) as { readonly impact: Impact }
  const lines = rowsOf(desk.read('users.jsonl'))
  const ran = await desk.run([
    'licenses',
    ...args,
    '--tenant',
    'bed',
    '--yes',
    '--json',
    '--max-removals',
    '2000',
    '--results',
    'results.jsonl',
  ])
  const [after, usedAfter, withoutAfter] = [stateNow(), await usedNow(), unlocated()]
  const counted = countsIn(before, after)
  const results = rowsOf(desk.read('results.jsonl')).filter(row => row['operation'] !== 'set-usage-location')
  const having = (name: string, ...values: readonly unknown[]): number =>
    results.filter(row => values.includes(row[name])).length

  t.strictSame(
    impact.rows,
    {
      toSend: having('outcome', 'done'),
      unchanged: having('outcome', 'unchanged'),
      skipped: having('outcome', 'skipped'),
      failed: having('outcome', 'failed'),
    },
    ran.stderr,
  )
  t.equal(impact.conflictsKnown, having('code', 'PLANS_CONFLICT'))
  const doneFor = new Set(results.flatMap(row => (row['outcome'] === 'done' ? [row['id']] : [])))
  t.equal(impact.users.affected, doneFor.size)
  t.strictSame(
    new Map(
      impact.plans
        .filter(each => each.gained + each.lost > 0)
        .map(each => [each.planId, { gained: each.gained, lost: each.lost }]),
    ),
    new Map([...counted.plans]),
  )
  for (const product of impact.products) {
    const { gained = 0, lost = 0 } = counted.skus.get(product.skuId) ?? {}
    t.strictSame([product.takes, product.frees], [gained, lost], product.skuPartNumber)
    t.strictSame(product.used, { current: used.get(product.skuId), after: usedAfter.get(product.skuId) })
    t.strictSame(product.free.current, Math.max(0, product.owned! + product.inGrace! - product.used.current!))
    t.strictSame(product.free.after, Math.max(0, product.owned! + product.inGrace! - product.used.after!))
  }
  t.strictSame(
    new Set(counted.skus.keys()),
    new Set(impact.products.filter(each => each.takes + each.frees > 0).map(each => each.skuId)),
  )
  t.equal(
    impact.users.withoutUsageLocation.current! - impact.users.withoutUsageLocation.after!,
    without.size - withoutAfter.size,
  )
  // Each row has a line, with the same end.
  const endOf = (row: Readonly<Record<string, unknown>>, outcome = row['outcome']) =>
    `${String(row['row'] ?? row['key'])} ${outcome === 'pending' ? 'done' : String(outcome)} ${String(row['code'] ?? '')}`
  const ofLicences = lines.filter(row => row['operation'] !== 'set-usage-location')
  t.strictSame(ofLicences.map(row => endOf(row)).toSorted(), results.map(row => endOf(row)).toSorted())
  for (const line of ofLicences) {
    const id = String(line['user'])
    if (line['outcome'] !== 'pending' || ofLicences.some(other => other !== line && other['user'] === id)) continue
    const [old, now] = [before.get(id)!.plans, after.get(id)!.plans]
    t.strictSame(
      [
        new Set((line['plansGained'] as string[]).map(planIdOf)),
        new Set((line['plansLost'] as string[]).map(planIdOf)),
      ],
      [new Set([...now].filter(plan => !old.has(plan))), new Set([...old].filter(plan => !now.has(plan)))],
      id,
    )
  }
  return { impact, ran, before, after }
}
const productIn = ({ products }: Impact, part: string): ProductImpact =>
  products.find(each => each.skuPartNumber === part)!

t.test('seats that are short are counted, and how many must be bought', async t => {
  const args = ['licenses', 'assign', '--tenant', 'bed', '--has', 'AAD_PREMIUM', '--sku', 'VISIOCLIENT']
  const dry = await desk.run([...args, '--usage-location', 'DE', '--dry-run', '--json', '--prices', 'prices.csv'])
  const { impact } = JSON.parse(dry.stdout) as { readonly impact: Impact }
  const product = productIn(impact, 'VISIOCLIENT')
  t.match(product, { short: product.takes - 7, toBuy: product.takes - 7, free: { current: 7, after: 0 }, inGrace: 2 })
  t.equal(product.costBought!.after, (5 + product.toBuy!) * 4)
})

t.test(
  'rows that are left out for lack of seats are not counted as sent, and the others are counted as before',
  async t => {
    const { impact } = await compared(
      ...([t, 'assign', '--has', 'AAD_PREMIUM', '--sku', 'VISIOCLIENT,AAD_PREMIUM', '--until-seats'] as const),
    )
    t.ok(impact.inherited > 0)
    t.ok(impact.rows.toSend > 0 && impact.rows.skipped > 100)
    t.equal(impact.users.selected, rowsOf(desk.read('results.jsonl')).length / 2)
    t.match(productIn(impact, 'VISIOCLIENT'), { short: 0, free: { after: 0 } })
  },
)

t.test('the numbers of a preview of an assignment are those of the run', async t => {
  const { impact } = await compared(
    t,
    'assign',
    '--has',
    'AAD_PREMIUM',
    '--sku',
    'POWER_BI_PRO,SPE_E3',
    '--usage-location',
    'country',
    '--disable-plans',
    'SWAY',
  )
  t.ok(impact.users.withoutUsageLocation.current! > 10)
  t.ok(impact.inherited > 0 && impact.rows.toSend > 300)
  t.match(productIn(impact, 'POWER_BI_PRO'), { price: 10, currency: 'USD', costAssigned: { current: 0 } })
})

t.test('the numbers of a preview of changed plans are those of the run', async t => {
  const { impact } = await compared(
    t,
    'modify',
    '--has',
    'SPE_E3',
    '--sku',
    'SPE_E3',
    '--enable-plans',
    'SWAY',
    '--disable-plans',
    'YAMMER_ENTERPRISE',
  )
  t.ok(impact.plans.some(({ plan, gained }) => plan === 'SWAY' && gained > 0))
  t.strictSame(
    [...new Set(impact.products.flatMap(({ takes, frees }) => [takes, frees]))],
    impact.products.length === 0 ? [] : [0],
  )
})

t.test('the numbers of a preview of a transfer are those of the run, on both sides', async t => {
  const { impact, before, after } = await compared(
    t,
    'transfer',
    '--has',
    'SPE_E3',
    '--sku',
    'SPE_E3',
    '--to',
    'SPE_E5',
    '--new-plans',
    'on',
  )
  const [e3, e5] = [skuIds.get('SPE_E3')!, skuIds.get('SPE_E5')!]
  const [transfer] = impact.transfers
  t.match(transfer, { from: ['SPE_E3'], to: 'SPE_E5' })
  const moved = ids.filter(id => before.get(id)!.direct.has(e3) && !after.get(id)!.direct.has(e3))
  for (const line of transfer!.lines) {
    const old = line.old.map(planIdOf)
    const next = line.new === null ? undefined : planIdOf(line.new)
    const fates = moved.map(id => {
      const [was, now] = [before.get(id)!.plans, after.get(id)!.plans]
      const wasOn = [...old, ...(next === undefined ? [] : [next])].some(plan => was.has(plan))
      const isOn = (next === undefined ? old : [next]).some(plan => now.has(plan))
      return wasOn ? (isOn ? 'keptOn' : 'lost') : isOn ? 'gained' : 'keptOff'
    })
    const many = (fate: string): number => fates.filter(each => each === fate).length
    const told = { keptOn: line.keptOn, keptOff: line.keptOff, gained: line.gained, lost: line.lost }
    t.strictSame(
      told,
      { keptOn: many('keptOn'), keptOff: many('keptOff'), gained: many('gained'), lost: many('lost') },
      line.new ?? line.old.join(),
    )
  }
  t.match(
    transfer!.lines.find(line => line.new === 'FORMS_PLAN_E5'),
    { old: ['FORMS_PLAN_E3'] },
  )
  t.ok(moved.length > 100)
  t.ok(moved.some(id => before.get(id)!.skus.has(e5)) || impact.rows.toSend > 0)
  const kept = moved.filter(id => after.get(id)!.byGroup.has(e3)).length
  t.ok(kept > 0)
  t.equal(productIn(impact, 'SPE_E3').keptByGroups, kept)
  const { used, owned } = productIn(impact, 'SPE_E5')
  t.strictSame(
    impact.costs?.map(({ currency }) => currency),
    ['EUR'],
  )
  t.strictSame(productIn(impact, 'SPE_E5').costAssigned, { current: used.current! * 57.5, after: used.after! * 57.5 })
  t.strictSame(productIn(impact, 'SPE_E5').costBought, { current: owned! * 57.5, after: owned! * 57.5 })
})

t.test('the table, the page and the files of a preview agree', async t => {
  const args = [
    'licenses',
    'assign',
    '--tenant',
    'bed',
    '--has',
    'SPE_E5',
    '--sku',
    'VISIOCLIENT',
    '--dry-run',
    '--prices',
    'prices.csv',
  ]
  const dry = await desk.run([...args, '--report', 'preview.html,preview.json', '--report', 'people.csv'])
  const { metrics, users } = JSON.parse(desk.read('preview.json')) as Impact & {
    readonly metrics: readonly { readonly metric: string; readonly change?: number }[]
  }
  t.ok(metrics.length > 10)
  const change = (text: number | null | undefined): string => String(text ?? '').replace(/\B(?=(?:\d{3})+$)/g, ',')
  for (const { metric } of metrics) {
    t.ok(dry.stderr.includes(metric), metric)
    t.ok(desk.read('preview.html').includes(metric), metric)
  }
  t.match(dry.stderr, new RegExp(`Users affected +${change(users.affected)}\\n`))
  t.notMatch(desk.read('preview.html'), /<script|https?:\/\/(?!www\.w3\.org)|\ssrc=|url\(/)
  const [header, ...cells] = cellsOf(desk.read('people.csv'))
  t.match(header, ['user', 'userPrincipalName', 'row', 'operation', 'skuPartNumber'])
  t.equal(cells.length, users.selected)
  for (const name of ['preview.html', 'preview.json', 'people.csv'])
    t.equal(statSync(desk.path(name)).mode & 0o077, statSync(desk.path('prices.csv')).mode & 0o077 & ~process.umask())
})

t.test('the numbers of a preview of a removal are those of the run, and what has no price is not free', async t => {
  const { impact } = await compared(t, 'remove', '--has', 'AAD_PREMIUM', '--all')
  t.strictSame(impact.withoutPrice, ['AAD_PREMIUM'])
  t.match(productIn(impact, 'AAD_PREMIUM'), { price: null, costBought: { current: null, after: null } })
  t.match(impact.mailboxes, { lost: Number })
})

t.test('a preview that cannot be made stops the command before anything is read', async t => {
  const assign = ['licenses', 'assign', '--tenant', 'bed', '--has', 'SPE_E5', '--sku', 'POWER_BI_PRO']
  const bad = async (more: readonly string[], message: RegExp) => {
    const { status, stderr } = await desk.run([...assign, ...more])
    t.equal(status, 2, `${more.join(' ')}: ${stderr}`)
    t.match(stderr, message)
  }
  await bad(['--dry-run', '--report', 'preview.txt'], /Expected --report to be a file x\.html or x\.json/)
  await bad(['--dry-run', '--report', 'a.html,a.html'], /--report names a\.html twice/)
  await bad(['--dry-run', '--report', 'prices.csv', '--prices', 'prices.csv'], /would replace prices\.csv/)
  await bad(['--yes', '--report', 'a.html'], /--report is about what is shown before the changes/)
  await bad(['--yes', '--prices', 'prices.csv'], /--prices is about/)
  await bad(['--dry-run', '--prices', 'missing.csv'], /missing\.csv was not found/)
  await bad(['--dry-run', '--prices', '-'], /Expected --prices to be the name of a file/)
  t.notOk(desk.names().includes('a.html'))
})
