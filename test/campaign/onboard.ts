import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Decrypter, generateIdentity } from 'age-encryption'
import type { Entity } from '../../src/sandbox/directory/types.ts'
import { random, whole } from '../programs/random.ts'
import { skuOf } from '../licensing/products.ts'
import { allFaults } from './faults.ts'
import { checkHandedOut, handingOut } from './handed-out.ts'
import { survive, type KillPoint } from './kills.ts'
import type { Performed } from './perform.ts'
import { openStage, type Stage } from './stage.ts'
import { mutate, type HandedOut } from './trial.ts'

interface OnboardCampaignOptions {
  readonly rows: number
  /** Empty. */
  readonly folder: string
  readonly seed: number
  /** How often the program is killed while it sends; once more each when it writes the credentials. */
  readonly kills: number
}

/** A row of the file. */
interface Wish {
  readonly employeeId: string
  readonly upn: string
  /** Part number of a product. Of E3, the licensing group gives it. */
  readonly sku: (typeof products)[number]
  readonly group: string
  readonly isReader: boolean
  readonly boss?: string
}

const reader = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const products = ['SPE_E3', 'POWER_BI_PRO'] as const
const licensing = 'LIC-M365-E3'
const plain = 'Cohort'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A third get E3 through a group, a third directly, and the others another product. Every tenth wants the name of somebody else. */
const wishesOf = (rows: number, domain: string): readonly Wish[] =>
  Array.from({ length: rows }, (_, at): Wish => {
    const group = at % 3 === 0 ? licensing : plain
    return {
      employeeId: `C${String(at).padStart(6, '0')}`,
      upn: at % 10 === 0 ? `sam.lee@${domain}` : `cohort${at}@${domain}`,
      group,
      sku: at % 3 === 2 ? 'POWER_BI_PRO' : 'SPE_E3',
      isReader: at % 20 === 5,
      ...(at % 4 === 1 && { boss: `C${String((at * 7 + 3) % rows).padStart(6, '0')}` }),
    }
  }).map(({ boss, ...wish }) => ({ ...wish, ...(boss !== undefined && boss !== wish.employeeId && { boss }) }))

const csvOf = (wishes: readonly Wish[]): string =>
  [
    'displayName,userPrincipalName,employeeId,LicenseSKU,Groups,Role,Manager',
    ...wishes.map(({ employeeId, upn, sku, group, isReader, boss = '' }) =>
      [`Person ${employeeId}`, upn, employeeId, sku, group, isReader ? 'Reports Reader' : '', boss].join(','),
    ),
  ].join('\n')

/** What a run says of a step. */
interface Told {
  readonly operation: string
  readonly outcome: string
}

/** What a run says of each row, by its line. */
const toldBy = ({ store }: Stage, run: string): Promise<ReadonlyMap<string, readonly Told[]>> =>
  store.read(run, async reader => {
    const found = new Map<string, Map<number, Told>>()
    for (let after = 0; ;) {
      const page = await reader.readResults({ after, limit: 5_000 })
      for (const { key, step = 0, operation, outcome } of page)
        found.set(String(key), (found.get(String(key)) ?? new Map<number, Told>()).set(step, { operation, outcome }))
      const last = page.at(-1)
      if (!last) break
      after = last.sequence
    }
    return new Map([...found].map(([key, steps]) => [key, [...steps.values()]]))
  })

interface Account {
  readonly id: string
  readonly upn: string
}

/** What there is of the cohort, by the truth of the directory. */
const truthOf = async (stage: Stage, wishes: readonly Wish[], groups: ReadonlyMap<string, string>) => {
  const { directory } = stage
  const users = directory.collection('user')
  const accounts = new Map<string, Account[]>()
  const passwords = new Map<string, string | undefined>()
  for (const { id, passwordSha256, by } of directory.truthOf('user')) {
    if (!by.some(({ what }) => what === 'created')) continue
    const user = users.get(id, 'truth')
    const employeeId = user && String(user['employeeId'])
    if (employeeId === undefined || !employeeId.startsWith('C')) continue
    const upn = String(user!['userPrincipalName']).toLowerCase()
    accounts.set(employeeId, [...(accounts.get(employeeId) ?? []), { id, upn }])
    passwords.set(upn, passwordSha256 ?? undefined)
  }
  const held = new Set(
    (await stage.control('GET', '/truth/licences'))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as { user: string; sku: string; by: string; until: string | null })
      .filter(({ until }) => until === null)
      .map(({ user, sku, by }) => `${user} ${sku} ${by}`),
  )
  /** What a person lacks, by the operations that would give it. */
  const missing = ({ group, sku, isReader, boss }: Wish, { id }: Account): readonly string[] => {
    const principal = { kind: 'user', id } as const
    const groupId = groups.get(group)!
    const skuId = skuOf(sku)
    const isInherited = group === licensing && sku === 'SPE_E3'
    const [manager] = directory.related('user', id, 'manager', 1, 0, 'truth').references
    return [
      ...(directory.isRelated('group', groupId, 'members', principal, 'truth') ? [] : ['add-member']),
      ...(held.has(`${id} ${skuId} ${isInherited ? groupId : 'direct'}`)
        ? []
        : [isInherited ? 'await-license' : 'assign-license']),
      ...(boss === undefined || (manager && manager.id === accounts.get(boss)?.[0]?.id) ? [] : ['set-manager']),
      ...(!isReader ||
      directory.assignment({ family: 'eligibleRoles', principal, of: reader, within: '/' }, 'truth') !== undefined
        ? []
        : ['assign-eligible-role']),
    ]
  }
  return { accounts, passwords, missing, wishes }
}

/** Whether each person was created once, and has everything, or a step that says what is missing. */
const compare = (
  { accounts, missing, wishes }: Awaited<ReturnType<typeof truthOf>>,
  told: ReadonlyMap<string, readonly Told[]> | undefined,
): readonly string[] =>
  wishes.flatMap((wish, at): readonly string[] => {
    const { employeeId } = wish
    const own = accounts.get(employeeId) ?? []
    if (own.length > 1) return [`${employeeId} was created ${own.length} times.`]
    // The header is the first line.
    const open = (told?.get(String(at + 2)) ?? [])
      .filter(({ outcome }) => outcome !== 'done' && outcome !== 'unchanged')
      .map(({ operation }) => operation)
    const [account] = own
    if (!account) return open.includes('create-user') ? [] : [`${employeeId} was not created, and no row says so.`]
    return missing(wish, account)
      .filter(step => !open.includes(step))
      .map(step => `${employeeId} has no ${step}, and no row says so.`)
  })

/** A file of credentials has each new person once, with the password of the account. */
const checkCredentials =
  (passwords: ReadonlyMap<string, string | undefined>) =>
  (handedOut: readonly HandedOut[]): readonly string[] => {
    const left = new Map(passwords)
    const wrong = handedOut.flatMap(({ user, secret }) => {
      const hash = left.get(user.toLowerCase())
      left.delete(user.toLowerCase())
      return hash === sha256(secret) ? [] : [`The password of ${user} is wrong, or there twice.`]
    })
    return [...wrong, ...[...left.keys()].map(user => `Nobody was handed out the password of ${user}.`)]
  }

/** A file opens with its key alone. */
const opensForOthers = async (path: string): Promise<boolean> => {
  const decrypter = new Decrypter()
  decrypter.addIdentity(await generateIdentity())
  try {
    await decrypter.decrypt(readFileSync(path), 'text')
    return true
  } catch {
    return false
  }
}

const unasked = ['--yes', '--include-privileged', '--max-removals', '100000', '--quota-share', '100%']
const writes = ['POST /users', 'POST /users/*', 'PATCH /groups/*', 'PUT /users/*', 'POST /roleManagement/*']

/** Writes of a person, about. */
const writesOfPerson = 2.5

const groupNamed = ({ directory }: Stage, displayName: string): string => {
  const groups = directory.collection('group')
  const query = {
    order: 'default',
    view: 'truth',
    where: (group: Entity) => group['displayName'] === displayName,
  } as const
  return (JSON.parse(groups.slice(query, 1, groups.properties).json[0]!) as Entity).id
}

/** Onboards people while everything goes wrong, completes what is missing, and compares with the truth each time. */
export async function* onboardCampaign({
  rows,
  folder,
  seed,
  kills,
}: OnboardCampaignOptions): AsyncGenerator<Performed> {
  const next = random(`onboard ${seed}`)
  const stage = await openStage({ folder, users: 300, seed, timeScale: 100, lagMs: 300, writeMs: 3 })
  const { domain } = stage
  try {
    mutate(stage, {
      do: 'create',
      kind: 'group',
      values: { displayName: plain, mailNickname: plain, mailEnabled: false, securityEnabled: true, groupTypes: [] },
    })
    mutate(stage, {
      do: 'create',
      kind: 'user',
      values: {
        displayName: 'Sam Lee',
        userPrincipalName: `sam.lee@${domain}`,
        mailNickname: 'sam',
        accountEnabled: true,
      },
    })
    for (const sku of products)
      await stage.control('PUT', '/seats', { sku, enabled: rows + 1_000, warning: 0, suspended: 0 })
    const groups = new Map([plain, licensing].map(name => [name, groupNamed(stage, name)]))
    const wishes = wishesOf(rows, domain)
    writeFileSync(join(folder, 'cohort.csv'), csvOf(wishes))
    const command = [
      ...['onboard', '--from', 'cohort.csv', '--tenant', 'sandbox', '--usage-location', 'DE', '--match', 'employeeId'],
      ...['--on-conflict', 'suffix', '--role-mode', 'eligible', '--reason', 'New cohort', ...unasked],
    ]
    const perform = async (name: string, file: string, count: number, mayWrite = true): Promise<Performed> => {
      const began = performance.now()
      const before = new Set((await truthOf(stage, wishes, groups)).passwords.keys())
      const base = stage.applied()
      const many = rows * writesOfPerson
      const points = Array.from({ length: count }, (_, at): KillPoint => {
        const from = (many * at) / (count + 1)
        return { at: 'applied', n: base + whole(next, Math.ceil(from) + 1, Math.ceil(from + many / (count + 1)) + 1) }
      })
      const survived = await survive(
        stage,
        [...command, ...(await handingOut(file))],
        ({ id, status }) => (status === 'done' ? ['runs', 'credentials', id] : ['runs', 'resume', id, ...unasked]),
        count === 0 ? [] : [...points, { at: 'file', name: `${file}.partial` }],
        () => undefined,
      )
      await stage.settled()
      const { run, last } = survived
      const truth = await truthOf(stage, wishes, groups)
      const told = await toldBy(stage, run)
      const wrong = [...compare(truth, told)]
      if (
        ![0, 3, 7].includes(last.status ?? -1) &&
        !/no passwords or passes that were not handed out/.test(last.stderr)
      )
        wrong.push(`It ended with ${last.status}: ${last.stderr.slice(-1500)}`)
      if (!mayWrite && stage.applied() > base) wrong.push(`It wrote ${stage.applied() - base} times more.`)
      const fresh = new Map([...truth.passwords].filter(([user]) => !before.has(user)))
      if (fresh.size > 0) {
        wrong.push(
          ...(await checkHandedOut(stage, { file, check: checkCredentials(fresh) }, { run, said: survived.said })),
        )
        if (await opensForOthers(join(folder, file))) wrong.push(`${file} opens with another key.`)
      }
      const outcomes: Record<string, number> = {}
      for (const steps of told.values())
        for (const { outcome } of steps) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      return {
        ...{ name, run, outcomes: outcomes as never, unknown: { done: 0, notDone: 0 }, wrong, kills: survived.kills },
        ...{ status: last.status, seconds: (performance.now() - began) / 1000, rivals: 0 },
      }
    }
    await stage.faults(allFaults(writes))
    yield await perform('onboard', 'new.csv.age', kills)
    // What failed or is unknown is completed by the same file; then nothing is left to do.
    await stage.faults([])
    const completed = await perform('onboard again', 'again.csv.age', 0)
    const lacking = compare(await truthOf(stage, wishes, groups), undefined)
    yield { ...completed, wrong: [...completed.wrong, ...lacking] }
    yield await perform('onboard a third time', 'third.csv.age', 0, false)
  } finally {
    await stage.close()
  }
}
