import type { ChildProcess } from 'node:child_process'
import { catalogueSku } from '../../src/sandbox/directory/licences/skus.ts'
import type { LicenceState } from '../../src/sandbox/directory/licences/types.ts'
import type { Directory } from '../../src/sandbox/directory/types.ts'
import type { FaultRule } from '../../src/sandbox/faults/types.ts'
import { openStage, type Ended, type Stage } from './stage.ts'

/** What a migration left, as the sandbox itself has it. */
interface Migrated {
  readonly members: number
  readonly status: number | null
  readonly counts: Readonly<Record<string, number>>
  readonly kills: number
  readonly seconds: number
  /** Requests that arrived, each entry of a batch. */
  readonly requests: number
  /** Users who lacked a plan that they had before, at any time. */
  readonly harmed: readonly string[]
  readonly unitsBefore: number
  readonly unitsAfter: number
  readonly stderr: string
}

const e3 = catalogueSku('SPE_E3')!.skuId
const groupName = 'LIC-M365-E3'
/** Sets of plans that are off directly; the group turns SWAY off. */
const unlike = [[], ['SWAY'], ['SWAY', 'TEAMS1'], ['SWAY'], ['TEAMS1'], ['SWAY', 'YAMMER_ENTERPRISE']]
/** Replies that are lost or late, and requests that are throttled. */
const faults: readonly FaultRule[] = [
  { fault: 'lostReply', match: 'POST /users/{id}/assignLicense', rate: 0.005 },
  { fault: '429', match: 'POST /users/{id}/assignLicense', rate: 0.01 },
  { fault: '503', match: 'GET /users/{id}', rate: 0.002 },
]

const onIn = (licences: readonly Pick<LicenceState, 'skuId' | 'disabledPlans'>[]): ReadonlySet<string> =>
  new Set(
    licences.flatMap(({ skuId, disabledPlans }) =>
      catalogueSku(skuId)!
        .plans.map(({ servicePlanId }) => servicePlanId)
        .filter(plan => !disabledPlans.includes(plan)),
    ),
  )

const sets = new Map<string, ReadonlySet<string>>()
/** Ids of the plans that a user has. Most have one of few combinations. */
const plansOf = (states: readonly LicenceState[]): ReadonlySet<string> => {
  const active = states.filter(({ state }) => state !== 'Error')
  const key = JSON.stringify(active.map(({ skuId, disabledPlans }) => [skuId, disabledPlans]))
  const known = sets.get(key) ?? onIn(active)
  sets.set(key, known)
  return known
}
const hasAll = (now: ReadonlySet<string>, before: ReadonlySet<string>): boolean =>
  now === before || [...before].every(plan => now.has(plan))

/** Whether a user lacked a plan at any time since, by the ledger of truth. */
const hasLacked = (directory: Directory, user: string, before: ReadonlySet<string>, since: string): boolean => {
  const times = [...directory.licences.truth(user)]
  const edges = [since, ...times.flatMap(({ from, until }) => [from, until ?? since])].filter(at => at >= since)
  return [...new Set(edges)].some(at => {
    const then = times.filter(({ from, until }) => from <= at && (until === null || until > at))
    return !hasAll(onIn(then.map(({ sku, disabledPlans }) => ({ skuId: sku, disabledPlans }))), before)
  })
}

interface Scene {
  readonly stage: Stage
  /** Id of the group. */
  readonly group: string
  readonly members: readonly string[]
}

/**
 * A directory whose group gives E3 to so many members, each of whom has it directly, too, with unlike plans. One in a hundred is in error: the
 * group also gives a product of which there are too few units.
 */
export const openMigration = async (folder: string, members: number): Promise<Scene & { readonly made: Ended }> => {
  const stage = await openStage({
    folder,
    users: Math.round(members / 0.8),
    seed: 1,
    timeScale: 100_000,
    lagMs: 90,
    writeMs: 0,
    licences: {
      skus: [
        { sku: 'SPE_E3', enabled: members * 2, both: 0.8, disabledPlans: unlike, groupDisabledPlans: ['SWAY'] },
        { sku: 'VISIOCLIENT' },
      ],
    },
  })
  const { directory } = stage
  const groups = directory.collection('group')
  const { ids } = groups.slice({ order: 'default', view: 'direct' }, 9_999, ['id', 'displayName'])
  const group = ids.find(id => groups.get(id)?.['displayName'] === groupName)!
  const { references } = directory.related('group', group, 'members', 999_999, 0, 'truth')
  const users = references.flatMap(({ kind, id }) => (kind === 'user' ? id : []))
  await stage.control('PUT', '/knobs', { groupLicensingMs: 0, groupLicensingPerSecond: 0 })
  await stage.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: Math.floor(users.length * 0.99) })
  const made = await stage.run([
    ...['licenses', 'group', 'assign', '--group', groupName, '--sku', 'VISIOCLIENT'],
    ...['--tenant', 'sandbox', '--yes', '--wait', '--json'],
  ])
  return { stage, group, members: users, made }
}

/** What becomes of members whose licences go to the group, by the truth before it. */
export const expectedOf = ({ stage, group, members }: Scene) => {
  const counts = { done: 0, skipped: 0 }
  for (const user of members) {
    const states = stage.directory.licences.states(user).filter(({ skuId }) => skuId === e3)
    const [own, share] = [null, group].map(by => states.find(each => each.by === by))
    const isCovered =
      share?.state === 'Active' && share.disabledPlans.every(plan => own?.disabledPlans.includes(plan) === true)
    if (own) counts[isCovered ? 'done' : 'skipped']++
  }
  return counts
}

/** Migrates while replies are lost, kills each process after this share of the members, and looks at every user after each write, and at all in the end. */
export const migrate = async (
  { stage, members }: Scene,
  to: 'group' | 'direct',
  { kills, share }: { readonly kills: number; readonly share: number },
): Promise<Migrated> => {
  const { directory } = stage
  const before = new Map(members.map(user => [user, plansOf(directory.licences.states(user))]))
  const consumed = (): number => directory.licences.sku(e3)!.consumed
  const unitsBefore = consumed()
  const harmed = new Set<string>()
  let [killed, writes, requests] = [0, 0, 0]
  let child: ChildProcess | undefined
  stage.watch((_, what, { path }) => {
    const [, user] = /^\/users\/([^/]+)\/assignLicense$/.exec(path) ?? []
    if (what === 'arrived') requests++
    else if (user !== undefined) {
      if (!hasAll(plansOf(directory.licences.states(user)), before.get(user)!)) harmed.add(user)
      if (++writes < members.length * share || killed === kills || !child) return
      killed++
      child.kill('SIGKILL')
      child = undefined
    }
  })
  await stage.faults(faults)
  const since = new Date(Math.floor(directory.now() / 1_000) * 1_000).toISOString().replace('.000', '')
  const startedMs = performance.now()
  let args = [
    ...['licenses', 'group', 'migrate', '--group', groupName, '--sku', 'SPE_E3', '--to', to],
    ...['--tenant', 'sandbox', '--yes', '--json'],
  ]
  let ended: Ended
  do {
    writes = 0
    ended = await stage.run(args, started => (child = started))
    const [last] = await stage.store.list()
    args = ['runs', 'resume', last!.id, '--yes', '--json']
  } while (ended.killed)
  const seconds = (performance.now() - startedMs) / 1_000
  stage.watch(undefined)
  await stage.faults([])
  // Group-based licensing ends what it has to do before the truth is told.
  await stage.control('GET', `/truth/licences?user=${members[0]!}`)
  for (const [user, had] of before)
    if (!hasAll(plansOf(directory.licences.states(user)), had) || hasLacked(directory, user, had, since))
      harmed.add(user)
  const last = ended.stdout.trim().split('\n').at(-1)!
  const { counts = {} } = (last === '' ? {} : JSON.parse(last)) as { readonly counts?: Record<string, number> }
  return {
    ...{ members: members.length, status: ended.status, counts, kills: killed, seconds, requests },
    ...{ harmed: [...harmed], unitsBefore, unitsAfter: consumed(), stderr: ended.stderr },
  }
}
