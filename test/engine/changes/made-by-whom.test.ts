import t from 'tap'
import type { Operation, Values } from '../../../src/core/operation.ts'
import type { Directory, Mutation } from '../../../src/sandbox/directory/types.ts'
import { granting } from '../../../src/sandbox/directory/role-links.ts'
import { revoking } from '../../../src/sandbox/resources/role-grants.ts'
import { contestedBed, newGroup } from './contested-bed.ts'
import { operations } from './steps-plan.ts'

/** Something that is given and taken: the operations, and how somebody else gives and takes it. */
interface Pair {
  readonly give: string
  readonly take: string
  readonly value: Values
  readonly theirs: Readonly<Record<'give' | 'take', (directory: Directory) => readonly Mutation[]>>
}

type Bed = Awaited<ReturnType<typeof contestedBed>>

const appRole = '11111111-2222-4333-8444-555555555555'

const linked = (
  noun: string,
  kind: 'group' | 'administrativeUnit' | 'application' | 'servicePrincipal',
  relation: 'members' | 'owners',
  id: string,
  member: string,
): Pair => {
  const of = { kind, id, relation, target: { kind: 'user', id: member } } as const
  return {
    give: `add-${noun}`,
    take: `remove-${noun}`,
    value: { [kind]: id, member },
    theirs: { give: () => [{ do: 'link', ...of }], take: () => [{ do: 'unlink', ...of }] },
  }
}

const assigned = (noun: string, value: Values, of: Omit<Extract<Mutation, { do: 'assign' }>, 'do'>): Pair => ({
  give: `assign-${noun}`,
  take: `unassign-${noun}`,
  value,
  theirs: { give: () => [{ do: 'assign', ...of }], take: () => [{ do: 'unassign', ...of }] },
})

const pairsOf = ({ create, directory, users }: Bed): readonly Pair[] => {
  const [keeper, manager] = users as [string, string]
  // Not a synchronized one.
  const principal = create({
    do: 'create',
    kind: 'user',
    values: { userPrincipalName: `ann@${directory.domain}`, displayName: 'Ann', mailNickname: 'ann' },
  })
  const group = create(newGroup)
  directory.commit(
    [{ do: 'link', kind: 'group', id: group, relation: 'owners', target: { kind: 'user', id: keeper } }],
    { request: 'control' },
  )
  const unit = create({
    do: 'create',
    kind: 'administrativeUnit',
    values: { displayName: 'Unit', membershipType: 'Assigned' },
  })
  const app = create({ do: 'create', kind: 'application', values: { displayName: 'App', appId: appRole } })
  const appRoles = [
    { id: appRole, value: 'Reader', displayName: 'Readers', isEnabled: true, allowedMemberTypes: ['User'] },
  ]
  const service = create({
    do: 'create',
    kind: 'servicePrincipal',
    values: { displayName: 'App', appId: appRole, appRoles },
  })
  const role = directory.directoryRoleTemplates.find(({ displayName }) => displayName === 'Reports Reader')!.id
  const grant = { role, principal: { kind: 'user', id: principal }, scope: '/' } as const
  const of = { kind: 'user', id: principal } as const
  const reports = { kind: 'user', id: principal, relation: 'manager', target: { kind: 'user', id: manager } } as const
  return [
    linked('member', 'group', 'members', group, principal),
    linked('owner', 'group', 'owners', group, principal),
    linked('unit-member', 'administrativeUnit', 'members', unit, principal),
    linked('app-owner', 'application', 'owners', app, principal),
    linked('service-principal-owner', 'servicePrincipal', 'owners', service, principal),
    {
      give: 'assign-role',
      take: 'unassign-role',
      value: { role, principal },
      theirs: { give: directory => granting(directory, grant), take: directory => revoking(directory, grant) },
    },
    assigned('eligible-role', { role, principal }, { ...of, family: 'eligibleRoles', of: role, within: '/' }),
    assigned(
      'app-role',
      { resource: service, role: appRole, principal },
      { ...of, family: 'appRoles', of: service, within: appRole },
    ),
    {
      give: 'set-manager',
      take: 'clear-manager',
      value: { user: principal, manager },
      theirs: { give: () => [{ do: 'link', ...reports }], take: () => [{ do: 'unlink', ...reports }] },
    },
  ]
}

/** Calls it with each pair, both ways. What is taken is there. */
const eachWay = async (
  test: (
    bed: Bed,
    pair: { readonly name: string; readonly kind: string; readonly value: Values; theirs(): readonly Mutation[] },
    moves: { next: () => readonly Mutation[] },
  ) => Promise<void>,
): Promise<void> => {
  const moves = { next: (): readonly Mutation[] => [] }
  const bed = await contestedBed(t, path => {
    if (path.endsWith('/getByIds')) return []
    const now = moves.next()
    moves.next = () => []
    return now
  })
  for (const pair of pairsOf(bed))
    for (const what of ['give', 'take'] as const) {
      const kind = pair[what]
      const value = kind === 'clear-manager' ? { user: pair.value['user']! } : pair.value
      bed.rows([{ kind, value }])
      await test(bed, { name: kind, kind, value, theirs: () => pair.theirs[what](bed.directory) }, moves)
    }
}

const unknown = [{ key: 1, outcome: 'unknown', code: 'UNKNOWN_OUTCOME' }]
/** What happens to the next write. The reads of many are batches, and are not struck. */
const once = (fault: 'lostReply' | 'resetBeforeWrite') =>
  [
    ...['directory', 'applications', 'servicePrincipals', 'roleManagement'].map(set => `POST /${set}/*`),
    ...['PATCH /groups/*', 'PUT /users/*', 'DELETE /*'],
  ].map(match => ({ fault, match, times: 1 }))
const stop = new Error('stopped here')
const replaced =
  (kind: string, more: (operation: Operation) => Partial<Operation>) =>
  (name: string): Operation | undefined => {
    const operation = operations(name)
    return name === kind ? { ...operation!, ...more(operation!) } : operation
  }

t.test('a link that somebody else made is unknown if the program stopped before the reply that shows them', t =>
  eachWay(async (bed, { name, kind, theirs }, moves) => {
    moves.next = theirs
    await bed.control('PUT', '/faults', once('lostReply'))
    await t.rejects(
      bed.change({ lagBoundMs: 1 }, { operations: replaced(kind, () => ({ decide: () => Promise.reject(stop) })) }),
      stop,
      name,
    )
    const { id } = (await bed.store.list())[0]!
    await bed.change({ lagBoundMs: 1 }, { resume: id })
    t.strictSame(await bed.results(id), unknown, name)
    if (name !== 'add-owner') return
    await bed.change({ lagBoundMs: 1 }, { resume: id, retry: ['unknown'] })
    t.strictSame(await bed.results(id), unknown, `${name}, decided again`)
  }),
)

t.test('a link that somebody else made before it was sent a second time is unknown', t =>
  eachWay(async (bed, { name, kind, theirs }, moves) => {
    await bed.control('PUT', '/faults', once('resetBeforeWrite'))
    const { run } = await bed.change(
      { lagBoundMs: 1 },
      {
        operations: replaced(kind, operation => ({
          async decide(rows, context) {
            const decided = await operation.decide(rows, context)
            if (decided.includes('not-done')) moves.next = theirs
            return decided
          },
        })),
      },
    )
    // Graph sets the same manager again.
    const expected = kind === 'set-manager' ? [{ ...unknown[0], outcome: 'done', code: undefined }] : unknown
    t.strictSame(await bed.results(run), expected, name)
  }),
)
