import { randomUUID } from 'node:crypto'
import type { Desk } from './desk.ts'
import { planIds, skuId } from './plans.ts'
import { weathers } from './weather.ts'

/** What a person has of Microsoft 365 E3: names of the plans that are off, directly and by the group. */
interface Had {
  readonly direct?: readonly string[]
  readonly group?: readonly string[]
}

interface Member {
  readonly trait: string
  readonly before: Had
  readonly after: Had
  /** Nothing is sold there. */
  readonly isProhibited?: true
  /** Nothing was sold there until now, so the group could not give it. */
  readonly isCured?: true
}

/** Something that is done to the people of a list or of a group, where the licence is one step. */
interface GroupOperation {
  readonly name: string
  /** @param of the group, or the file with the people */
  args(of: { readonly group: string; readonly file: string }): readonly string[]
  /** Plans that the group turns off in what it assigns before. */
  readonly assigned?: readonly string[]
  readonly members: readonly Member[]
  /** The requests that faults strike. */
  struck(of: { readonly group: string; readonly first: string }): string
  /** Rows by outcome. */
  readonly counts: Readonly<Record<string, number>>
  /** It has no undo: Graph would do it by itself sooner or later. */
  readonly stays?: true
}

const group = (verb: string, id: string, ...more: readonly string[]) => [
  ...['licenses', 'group', verb, '--group', id, '--sku', 'SPE_E3'],
  ...more,
]
const sway = ['SWAY']
const both: Had = { direct: sway, group: sway }
const ofGroup = ({ group: id }: { readonly group: string }): string => `POST /groups/${id}/assignLicense`
const ofFirst = ({ first }: { readonly first: string }): string => `POST /users/${first}/assignLicense`

/** What is done to groups, and to leavers. */
const groupOperations: readonly GroupOperation[] = [
  {
    name: 'assign to a group',
    args: ({ group: id }) => group('assign', id, '--disable-plans', 'SWAY'),
    members: [
      { trait: 'with nothing', before: {}, after: { group: sway } },
      {
        trait: 'with a direct one',
        before: { direct: [] },
        after: { direct: [], group: sway },
      },
      {
        trait: 'where nothing is sold',
        before: {},
        after: {},
        isProhibited: true,
      },
    ],
    struck: ofGroup,
    counts: { done: 1 },
  },
  {
    name: 'remove from a group',
    args: ({ group: id }) => group('remove', id),
    assigned: sway,
    members: [
      { trait: 'by the group alone', before: { group: sway }, after: {} },
      {
        trait: 'both ways',
        before: { direct: [], group: sway },
        after: { direct: [] },
      },
      {
        trait: 'where nothing is sold',
        before: {},
        after: {},
        isProhibited: true,
      },
    ],
    struck: ofGroup,
    counts: { done: 1 },
  },
  {
    name: 'migrate to a group',
    args: ({ group: id }) => group('migrate', id, '--to', 'group'),
    assigned: sway,
    members: [
      { trait: 'with the same plans', before: both, after: { group: sway } },
      {
        trait: 'with fewer plans',
        before: { direct: ['SWAY', 'TEAMS1'], group: sway },
        after: { group: sway },
      },
      {
        trait: 'with more plans',
        before: { direct: [], group: sway },
        after: { direct: [], group: sway },
      },
      {
        trait: 'by the group alone',
        before: { group: sway },
        after: { group: sway },
      },
      {
        trait: 'where nothing is sold',
        before: { direct: sway },
        after: { direct: sway },
        isProhibited: true,
      },
    ],
    struck: ofFirst,
    counts: { done: 2, skipped: 2 },
  },
  {
    name: 'migrate from a group',
    args: ({ group: id }) => group('migrate', id, '--to', 'direct'),
    assigned: sway,
    members: [
      {
        trait: 'by the group alone',
        before: { group: sway },
        after: { direct: sway },
      },
      {
        trait: 'with more plans',
        before: { direct: [], group: sway },
        after: { direct: [] },
      },
      {
        trait: 'with fewer plans',
        before: { direct: ['SWAY', 'TEAMS1'], group: sway },
        after: { direct: sway },
      },
    ],
    struck: ofFirst,
    // Who has all plans keeps what there is; the group is a row of its own.
    counts: { done: 3, unchanged: 1 },
  },
  {
    name: 'reprocess the members of a group',
    args: ({ group: id }) => group('reprocess', id),
    assigned: sway,
    members: [
      { trait: 'whose error is cured', before: {}, after: { group: sway }, isCured: true },
      { trait: 'where nothing is sold', before: {}, after: {}, isProhibited: true },
      { trait: 'without an error', before: { group: sway }, after: { group: sway } },
    ],
    struck: ({ first }) => `POST /users/${first}/reprocessLicenseAssignment`,
    counts: { done: 1, failed: 1 },
    stays: true,
  },
  {
    name: 'offboard',
    args: ({ file }) => ['offboard', '--from', file, '--remove-licenses'],
    assigned: sway,
    members: [
      { trait: 'both ways', before: both, after: { group: sway } },
      {
        trait: 'both ways, with other plans',
        before: { direct: ['TEAMS1'], group: sway },
        after: { group: sway },
      },
    ],
    struck: ofFirst,
    // Of each person the sign-in is blocked in a row before.
    counts: { done: 4 },
  },
]

/** What can go wrong with them: nothing that is about units. */
const groupWeathers = Object.entries(weathers).flatMap(([name, { fault, isLate }]) =>
  fault && !isLate ? [name] : name === 'calm' ? [name] : [],
)

/** Each operation with each of these, or with some of them in turn. */
export function* groupCells(
  each = groupWeathers.length,
): Iterable<readonly [operation: GroupOperation, weather: string]> {
  for (const [at, operation] of groupOperations.entries())
    for (let more = 0; more < each; more++) yield [operation, groupWeathers[(at * each + more) % groupWeathers.length]!]
}

/** Plays one of them, and returns what is not as it must be, as sentences. */
export const playGroup = async (desk: Desk, operation: GroupOperation, weather: string): Promise<readonly string[]> => {
  const wrong: string[] = []
  const mark = randomUUID().slice(0, 8)
  const { directory } = desk
  const create = (kind: 'user' | 'group', values: object): string =>
    desk.mutate([{ do: 'create', kind, values: values as never }])[0]!.id
  const off = (plans: readonly string[]) => ({
    skuId: skuId('SPE_E3'),
    disabledPlans: planIds('SPE_E3', plans),
  })
  const id = create('group', {
    ...{
      displayName: `l-${mark}`,
      mailNickname: `l-${mark}`,
      mailEnabled: false,
      securityEnabled: true,
      groupTypes: [],
    },
  })
  const people = operation.members.map((member, at) => {
    const name = `l${at}-${mark}@${directory.domain}`
    const user = create('user', {
      ...{
        userPrincipalName: name,
        displayName: member.trait,
        mailNickname: `l${at}-${mark}`,
        accountEnabled: true,
      },
      usageLocation: member.isProhibited || member.isCured ? 'CU' : 'DE',
      assignedLicenses: member.before.direct ? [off(member.before.direct)] : [],
    })
    desk.mutate([
      {
        do: 'link',
        kind: 'group',
        id,
        relation: 'members',
        target: { kind: 'user', id: user },
      },
    ])
    return { ...member, id: user, name }
  })
  if (operation.assigned)
    desk.mutate([
      {
        do: 'update',
        kind: 'group',
        id,
        values: { assignedLicenses: [off(operation.assigned)] } as never,
      },
    ])
  desk.write('people.csv', `UserPrincipalName\n${people.map(({ name }) => `${name}\n`).join('')}`)
  const text = (plans: readonly string[] | undefined): string => (plans ? plans.toSorted().join() : 'none')
  const compare = async (when: 'before' | 'after'): Promise<void> => {
    for (const person of people) {
      await desk.truth(person.id)
      const states = directory.licences.states(person.id)
      const has = [null, id].map(by => states.find(state => state.by === by && state.state !== 'Error')?.disabledPlans)
      const { direct, group: shared } = person[when]
      const wanted = [direct, shared].map(plans => plans && planIds('SPE_E3', plans))
      if (has.map(text).join(' ') !== wanted.map(text).join(' '))
        wrong.push(
          `As ${when}, ${person.trait} should have ${wanted.map(text).join(' | ')}, has ${has.map(text).join(' | ')}`,
        )
    }
  }
  await compare('before')
  const cured = people.filter(({ isCured }) => isCured)
  desk.mutate(cured.map(person => ({ do: 'update', kind: 'user', id: person.id, values: { usageLocation: 'DE' } })))
  const { fault } = weathers[weather]!
  const struck = operation.struck({ group: id, first: people[0]!.id })
  await desk.faults(fault ? [{ ...fault, match: struck }] : [])
  const common = ['--yes', '--json', '--max-removals', '1000', '--max-failed', '1000']
  const ran = await desk.run([...operation.args({ group: id, file: 'people.csv' }), '--tenant', 'sandbox', ...common])
  await desk.faults([])
  const last = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '{}') as {
    readonly run: string
    readonly counts: Readonly<Record<string, number>>
  }
  for (const outcome of ['done', 'unchanged', 'skipped', 'failed', 'unknown'])
    if ((last.counts[outcome] ?? 0) !== (operation.counts[outcome] ?? 0))
      wrong.push(
        `${last.counts[outcome]} rows are ${outcome}, expected ${operation.counts[outcome] ?? 0}: ${ran.stderr}`,
      )
  await compare('after')
  if (!operation.stays) {
    const undone = await desk.run(['runs', 'undo', last.run, ...common])
    // Sessions cannot be given back.
    if (undone.status !== 0 && operation.name !== 'offboard')
      wrong.push(`The undo ends with ${undone.status}: ${undone.stderr}`)
    await compare('before')
  }
  desk.mutate(people.map(person => ({ do: 'delete', kind: 'user', id: person.id, permanent: true })))
  return wrong
}
