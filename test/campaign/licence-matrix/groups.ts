import { randomUUID } from 'node:crypto'
import type { Desk } from './desk.ts'
import { groupOperations, type GroupOperation } from './group-operations.ts'
import { planIds, skuId } from './plans.ts'
import { weathers } from './weather.ts'

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
    if (member.isNew) return { ...member, id: undefined, name }
    const user = create('user', {
      ...{ userPrincipalName: name, displayName: member.trait, mailNickname: `l${at}-${mark}`, accountEnabled: true },
      usageLocation: member.isProhibited || member.isCured ? 'CU' : 'DE',
      assignedLicenses: member.before.direct ? [off(member.before.direct)] : [],
    })
    const target = { kind: 'user', id: user } as const
    if (!member.isOutside) desk.mutate([{ do: 'link', kind: 'group', id, relation: 'members', target }])
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
  const cohort = `cohort-${mark}.csv`
  desk.write(cohort, `userPrincipalName,displayName\n${people.map(({ name, trait }) => `${name},${trait}\n`).join('')}`)
  const idOf = ({ id: user, name }: (typeof people)[number]): string | undefined =>
    user ?? directory.collection('user').find('userPrincipalName', name, 'truth')?.id
  const text = (plans: readonly string[] | undefined): string => (plans ? plans.toSorted().join() : 'none')
  const compare = async (when: 'before' | 'after'): Promise<void> => {
    for (const person of people) {
      const user = idOf(person)
      if (user !== undefined) await desk.truth(user)
      const states = user === undefined ? [] : directory.licences.states(user)
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
  desk.mutate(cured.map(person => ({ do: 'update', kind: 'user', id: person.id!, values: { usageLocation: 'DE' } })))
  const { fault } = weathers[weather]!
  const struck = operation.struck({ group: id, first: people[0]!.id! })
  await desk.faults(fault ? [{ ...fault, match: struck }] : [])
  const common = ['--yes', '--json', '--max-removals', '1000', '--max-failed', '1000']
  const ran = await desk.run([
    ...operation.args({ group: id, file: 'people.csv', cohort, mark }),
    '--tenant',
    'sandbox',
    ...common,
  ])
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
  desk.mutate(
    people.flatMap(person => {
      const user = idOf(person)
      return user === undefined ? [] : [{ do: 'delete', kind: 'user', id: user, permanent: true }]
    }),
  )
  return wrong
}
