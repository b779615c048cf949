import { loadBuiltIn } from '../../../src/catalogue/load-pipeline.ts'
import { makePlan } from '../../../src/catalogue/make-plan.ts'
import type { Operation } from '../../../src/core/operation.ts'
import { familyOf } from '../../../src/data/plan-families.ts'
import type { Plans } from '../../../src/engine/phases.ts'
import { productOf, skuOf } from '../../licensing/products.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

const [e3, e5] = [skuOf('SPE_E3'), skuOf('SPE_E5')]

/** A transfer of all holders of E3 to E5. */
interface TransferSize {
  /** Users of the directory. */
  readonly users: number
  /** Shares of them: who has E3 directly, by a group, and who of all with a licence has no usage location. */
  readonly direct: number
  readonly inherited: number
  readonly withoutLocation: number
  /** One of so many has plans off that E5 cannot have, which only the sandbox knows. */
  readonly usualPlans: number
  /** Units of E5 that are missing. */
  readonly short: number
  /** Units that somebody else takes while the rows are sent. */
  readonly taken: number
}

interface State {
  readonly skuId: string
  readonly disabledPlans: readonly string[]
  readonly assignedByGroup: string | null
}

interface Person {
  readonly id: string
  readonly userType: string
  readonly usageLocation: string | null
  readonly licenseAssignmentStates: readonly State[]
}

/** A line of the sandbox's ledger of truth. */
interface Held {
  readonly user: string
  readonly sku: string
  readonly by: string
  readonly from: string | null
  readonly until: string | null
}

/** Plans of a product that are off, by family; a plan without one stands for itself. */
const familiesOff = (sku: 'SPE_E3' | 'SPE_E5', off: readonly string[]): ReadonlySet<string> => {
  const familyName = (id: string): string => familyOf(id)?.name ?? id
  const on = new Set(
    productOf(sku)
      .plans.filter(({ id }) => !off.includes(id))
      .map(({ id }) => familyName(id)),
  )
  return new Set(off.map(familyName).filter(name => !on.has(name)))
}

const direct = (person: Person | undefined, sku: string): State | undefined =>
  person?.licenseAssignmentStates.find(({ skuId, assignedByGroup }) => skuId === sku && assignedByGroup === null)

/**
 * Transfers everybody from E3 to E5 with `--until-seats`, while somebody else takes units of E5, and undoes it. Returns what the preview
 * said, what became of the rows, and what the sandbox's own ledger says.
 */
export const transferScene = async (t: Parameters<typeof sandboxBed>[0], size: TransferSize) => {
  const usual = [[], ['SWAY'], ['YAMMER_ENTERPRISE', 'FORMS_PLAN_E3'], ['FLOW_O365_P2', 'TEAMS1']]
  // Plans of E5 need Exchange, by a rule that only the sandbox has.
  const disabledPlans = Array.from({ length: size.usualPlans }, (_, at) =>
    at === 0 ? ['EXCHANGE_S_ENTERPRISE', 'MYANALYTICS_P2', 'ATP_ENTERPRISE'] : usual[at % usual.length]!,
  )
  const bed = await sandboxBed(t, [], {
    users: size.users,
    licences: {
      skus: [
        { sku: 'SPE_E3', direct: size.direct, group: size.inherited, disabledPlans },
        { sku: 'SPE_E5', enabled: 0 },
      ],
      withoutUsageLocation: size.withoutLocation,
    },
  })
  const everybody = async (): Promise<ReadonlyMap<string, Person>> => {
    const found = new Map<string, Person>()
    const link = '/users?$select=id,userType,usageLocation,licenseAssignmentStates&$top=500'
    for await (const { values } of bed.graph.pages<Person>(link))
      for (const person of values) found.set(person.id, person)
    return found
  }
  const before = await everybody()
  const holders = [...before.values()].filter(person => direct(person, e3))
  const wanted = holders.filter(({ usageLocation }) => usageLocation !== null)
  const units = wanted.length - size.short
  await bed.control('PUT', '/seats', { sku: 'SPE_E5', enabled: units })
  // Not one unit of E3 more than are in use.
  await bed.control('PUT', '/seats', { sku: 'SPE_E3', enabled: await usedOf(bed.graph, e3) })

  const params = { has: ['SPE_E3'], sku: ['SPE_E3'], to: 'SPE_E5', untilSeats: true }
  const planOf = async (): Promise<Plans> =>
    (await makePlan(await loadBuiltIn('licenses transfer'), params)).plan as Plans
  const dry = await bed.change({ dryRun: true }, { plan: await planOf() })
  const preview = dry.changes!.preview!

  const others = [...before.values()]
    .filter(({ userType, licenseAssignmentStates }) => userType === 'Member' && licenseAssignmentStates.length === 0)
    .slice(0, size.taken)
  let settled = 0
  let taking: Promise<unknown> | undefined
  for (const { id } of others)
    await bed.graph.request({ method: 'PATCH', url: `/users/${id}`, body: { usageLocation: 'DE' } })
  const take = ({ id }: Person): Promise<unknown> =>
    bed.graph.request({
      method: 'POST',
      url: `/users/${id}/assignLicense`,
      body: { addLicenses: [{ skuId: e5, disabledPlans: [] }], removeLicenses: [] },
    })
  const known = operations('transfer-license')!
  const watched: Operation = {
    ...known,
    settle(rows, reply) {
      settled += rows.length
      if (settled >= units / 10) taking ??= Promise.all(others.map(take))
      return known.settle(rows, reply)
    },
  }
  const startedMs = performance.now()
  const run = await bed.change(
    {},
    { plan: await planOf(), operations: kind => (kind === 'transfer-license' ? watched : operations(kind)) },
  )
  await taking
  const seconds = (performance.now() - startedMs) / 1000
  const outcomes = await outcomesOf(bed, run.run)
  const after = await everybody()
  const undoing = (await makePlan(await loadBuiltIn('runs undo'), { run: run.run })).plan as Plans
  const undone = await bed.change({ maxRemovals: size.users }, { plan: undoing })
  const restored = await everybody()
  const lines = (await bed.control('GET', '/truth/licences'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Held)
  const isTaken = new Set(others.map(({ id }) => id))
  const stateOf = (person: Person | undefined): string =>
    JSON.stringify(
      (person?.licenseAssignmentStates ?? [])
        .map(({ skuId, assignedByGroup, disabledPlans: off }) => [skuId, assignedByGroup, off.toSorted()])
        .toSorted(),
    )
  return {
    holders: holders.length,
    inherited: [...before.values()].filter(
      person => !direct(person, e3) && person.licenseAssignmentStates.some(({ skuId }) => skuId === e3),
    ).length,
    withoutLocation: holders.length - wanted.length,
    units,
    taken: others.length,
    preview: { send: preview.send['transfer-license'], units: preview.units, outcomes: dry.manifest!.counts },
    outcomes,
    seconds,
    usedAfter: [...after.values()].filter(person => direct(person, e5)).length,
    /** Users who were at some time without either product. */
    bare: bareIn(lines, new Set(holders.map(({ id }) => id))),
    /** Users with a family on in E5 that was off in E3. */
    turnedOn: holders.filter(({ id }) => {
      const now = direct(after.get(id), e5)
      if (!now) return false
      const off = familiesOff('SPE_E5', now.disabledPlans)
      const inBoth = familiesIn('SPE_E5')
      return [...familiesOff('SPE_E3', direct(before.get(id), e3)!.disabledPlans)].some(
        name => inBoth.has(name) && !off.has(name),
      )
    }).length,
    undone: await outcomesOf(bed, undone.run),
    /** Users whose licences are not what they were at first, plan by plan. */
    unlike: [...before.values()].filter(
      ({ id }) => !isTaken.has(id) && stateOf(before.get(id)) !== stateOf(restored.get(id)),
    ).length,
  }
}

const familiesIn = (sku: 'SPE_E3' | 'SPE_E5'): ReadonlySet<string> =>
  new Set(productOf(sku).plans.map(({ id }) => familyOf(id)?.name ?? id))

/** Units of a product in use. */
const usedOf = async (graph: Awaited<ReturnType<typeof sandboxBed>>['graph'], sku: string): Promise<number> => {
  let used = 0
  for await (const { values } of graph.pages<{ readonly skuId: string; readonly consumedUnits: number }>(
    '/subscribedSkus',
  ))
    for (const { skuId, consumedUnits } of values) if (skuId === sku) used = consumedUnits
  return used
}

/** Number of rows by outcome and code. */
const outcomesOf = (
  { store }: Pick<Awaited<ReturnType<typeof sandboxBed>>, 'store'>,
  run: string,
): Promise<Readonly<Record<string, number>>> =>
  store.read(run, async reader => {
    const counts: Record<string, number> = {}
    for (let after = 0; ;) {
      const page = await reader.readResults({ after })
      const last = page.at(-1)
      if (!last) return counts
      for (const { outcome, code } of page) {
        const name = code === undefined ? outcome : `${outcome} ${code}`
        counts[name] = (counts[name] ?? 0) + 1
      }
      after = last.sequence
    }
  })

/** Users of whom no line of the two products covers some moment since the first one ended. */
const bareIn = (lines: readonly Held[], of: ReadonlySet<string>): number => {
  let bare = 0
  for (const [user, all] of Map.groupBy(lines, each => each.user)) {
    if (!of.has(user)) continue
    const held = all.filter(({ sku }) => sku === e3 || sku === e5)
    const isCovered = ({ until }: Held): boolean =>
      until === null || held.some(other => (other.from ?? '') <= until && (other.until === null || other.until > until))
    if (!held.every(isCovered)) bare++
  }
  return bare
}
