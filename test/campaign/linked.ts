import { randomUUID } from 'node:crypto'
import { whole } from '../programs/random.ts'
import { linksOf, type LinkRow } from './links.ts'
import { pairOf } from './pair.ts'
import { created, csvFile, someUsers } from './population.ts'
import type { Stage } from './stage.ts'
import { mutate } from './trial.ts'

interface Row extends LinkRow {
  readonly upn: string
}

/** What has the links. */
interface Form {
  readonly kind: 'group' | 'administrativeUnit' | 'application' | 'servicePrincipal'
  readonly relation: 'members' | 'owners'
  readonly command: string
  /** More of the command, after its verb. */
  readonly more?: readonly string[]
  readonly noun: string
  readonly writes: Readonly<Record<'give' | 'take', readonly string[]>>
  readonly rowsPerGift: number
  readonly values: (at: number) => Readonly<Record<string, unknown>>
  readonly again?: 'unchanged'
}

/** The values of a security group. */
export const securityGroup = (at: number) => ({
  displayName: `Campaign ${at}`,
  mailNickname: `campaign${at}`,
  mailEnabled: false,
  securityEnabled: true,
  groupTypes: [],
})

const ofGroup = {
  kind: 'group',
  writes: { give: ['PATCH /groups/*'], take: ['DELETE /groups/*'] },
  rowsPerGift: 15,
} as const

/** Members of groups, of which up to 20 are added in one request. */
export const groupMembers: Form = {
  ...ofGroup,
  relation: 'members',
  command: 'members',
  noun: 'members',
  values: securityGroup,
}

/** Members of administrative units, of which one is added in a request. */
export const unitMembers: Form = {
  kind: 'administrativeUnit',
  relation: 'members',
  command: 'admin-units',
  noun: 'members of units',
  writes: {
    give: ['POST /directory/administrativeUnits/*'],
    take: ['DELETE /directory/administrativeUnits/*'],
  },
  rowsPerGift: 1,
  values: at => ({ displayName: `Campaign ${at}`, membershipType: 'Assigned' }),
}

const owners = { relation: 'owners', command: 'owners', again: 'unchanged' } as const

/** Owners of groups, of applications and of service principals. */
export const ownerForms: readonly Form[] = [
  { ...ofGroup, ...owners, noun: 'owners of groups', values: securityGroup },
  {
    ...owners,
    kind: 'application',
    more: ['--app'],
    noun: 'owners of applications',
    writes: { give: ['POST /applications/*'], take: ['DELETE /applications/*'] },
    rowsPerGift: 1,
    values: at => ({ displayName: `App ${at}`, appId: randomUUID() }),
  },
  {
    ...owners,
    kind: 'servicePrincipal',
    more: ['--service-principal'],
    noun: 'owners of service principals',
    writes: { give: ['POST /servicePrincipals/*'], take: ['DELETE /servicePrincipals/*'] },
    rowsPerGift: 1,
    values: at => ({ displayName: `Service ${at}`, appId: randomUUID() }),
  },
]

/** Members have so many containers, of very different sizes: batches are parallel, and chains. Nothing has more than 100 owners. */
const containersOf = ({ relation }: Form, count: number): number =>
  relation === 'members' ? 30 : Math.ceil(count / 20)

/** Links of several objects, in a random order of the rows; one in five is named by its user principal name. */
const rowsFor = (stage: Stage, form: Form, count: number, next: () => number): readonly Row[] => {
  const { directory } = stage
  const { kind, relation } = form
  const containers = created(stage, kind, containersOf(form, count), at => [
    { do: 'create', kind, values: form.values(at) },
  ])
  const [keeper, ...users] = someUsers(stage, count + 1)
  if (relation === 'owners')
    // Graph keeps the last owner of a group.
    for (const id of containers)
      mutate(stage, { do: 'link', kind, id, relation, target: { kind: 'user', id: keeper! } })
  const all = directory.collection('user')
  const rows = users.map(member => ({
    // A tenth of the members are in one of them.
    owner: containers[relation === 'members' && next() < 0.1 ? 0 : whole(next, 0, containers.length - 1)]!,
    member,
    upn: String(all.get(member)!['userPrincipalName']),
  }))
  for (let at = rows.length - 1; at > 0; at--) {
    const other = whole(next, 0, at)
    ;[rows[at], rows[other]] = [rows[other]!, rows[at]!]
  }
  return rows
}

/** Links are added, then removed; both are undone, the last one first. */
export const linkTrials = (stage: Stage, form: Form, count: number, next: () => number) => {
  const { kind, relation, noun, command, writes, rowsPerGift } = form
  const rows = rowsFor(stage, form, count, next)
  return pairOf({
    noun,
    verbs: ['add', 'remove'],
    command: [command],
    ...(form.more && { more: form.more }),
    ...(form.again && { again: form.again }),
    file: csvFile(
      stage,
      `${noun.replaceAll(' ', '-')}.csv`,
      `${kind},member`,
      rows.map(({ owner, member, upn }, at) => `${owner},${at % 5 === 0 ? upn : member}`),
    ),
    writes,
    rowsPerGift,
    ...linksOf(stage, kind, relation, rows),
  })
}
