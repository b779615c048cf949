import type { Test } from 'tap'
import type { Counters } from '../../../src/sandbox/server/counters.ts'
import { commandBed } from '../command-bed.ts'

/** A mapping file. */
export const mapping = `
import { column, constant, generated, hrFeed, join } from 'entrapipe/hr'
export default hrFeed({
  name: 'employees',
  scope: "employeeType eq 'Lab'",
  person: 'No',
  match: ['employeeId'],
  status: { from: 'Status', active: ['A'], leave: ['L'], leaver: ['T'] },
  account: {
    employeeId: 'No',
    employeeType: constant('Lab'),
    givenName: 'First',
    surname: 'Last',
    displayName: join(' ', 'First', 'Last'),
    department: 'Dept',
    jobTitle: column('Title').orClear(),
    userPrincipalName: generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com' }),
    mailNickname: generated(['{givenName}.{surname}{n}']),
  },
  manager: 'Boss',
  groups: [{ when: { department: 'Sales' }, group: 'Sales Team' }],
})
`

/** A row of a feed. */
export interface Person {
  readonly no: string
  readonly name: string
  readonly dept?: string
  readonly title?: string
  readonly status?: string
  readonly boss?: string
}

/** A feed as a file. */
export const feed = (people: readonly Person[]): string =>
  `No,First,Last,Dept,Title,Status,Boss\n${people
    .map(({ no, name, dept = 'Sales', title = '', status = 'A', boss = '' }) =>
      [no, ...name.split(' '), dept, title, status, boss].join(','),
    )
    .join('\n')}\n`

/** The people of the first feed. */
export const people: readonly Person[] = [
  { no: '1', name: 'Ann Lee', boss: '2' },
  { no: '2', name: 'Bob Ray', dept: 'Board' },
  { no: '3', name: 'Cleo Fox', title: 'Clerk' },
  { no: '4', name: 'Ann Lee', dept: 'Board', boss: '1' },
]

/** A directory that shows changes at once, and a feed for it. */
export const hrDesk = async (t: Test) => {
  const bed = await commandBed(t, { 'hr.ts': mapping, 'feed.csv': feed(people) })
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile, caFile } = await bed.connection()
  const contoso = {
    ...{ tenantId, clientId, graphUrl: baseUrl, authorityUrl, caFile, lagBound: 0 },
    credential: { kind: 'secret', secret: { file: secretFile } },
  }
  bed.write('entrapipe.config.json', JSON.stringify({ tenants: { contoso } }))
  const hr = (...more: readonly string[]) =>
    bed.run('hr-feed', '--from', 'feed.csv', '--mapping', 'hr.ts', '--tenant', 'contoso', ...more)
  let files = 0
  const sendWith = (how: Parameters<typeof bed.runWith>[0], ...more: readonly string[]) =>
    bed.runWith(
      how,
      ...['hr-feed', '--from', 'feed.csv', '--mapping', 'hr.ts', '--tenant', 'contoso', '--yes', '--cloud-joiners'],
      ...['--credentials', `new-${++files}.csv`, '--plain-credentials', ...more],
    )
  return {
    ...bed,
    hr,
    send: (...more: readonly string[]) => sendWith({}, ...more),
    sendWith,
    /** Writes that arrived since the last call, by route. */
    async writes(): Promise<Readonly<Record<string, number>>> {
      const { writes } = JSON.parse(await bed.control('GET', '/counters')) as Pick<Counters, 'writes'>
      await bed.control('DELETE', '/counters')
      return writes.attempted
    },
    /** Ids of the members of a group. */
    async members(group: string): Promise<readonly string[]> {
      await bed.run(
        ...['export', 'members', '--group', group, '--tenant', 'contoso', '--fresh', '--quiet'],
        ...['--to', 'members.jsonl'],
      )
      return linesOf(bed.textOf('members.jsonl'))
        .map(({ id }) => String(id))
        .toSorted()
    },
    accounts: async () => {
      await bed.run(
        ...['export', 'users', '--tenant', 'contoso', '--quiet', '--fresh', '--to', `accounts-${++files}.jsonl`],
        ...['--filter', "employeeType eq 'Lab'"],
        ...['--select', 'employeeId,userPrincipalName,department,jobTitle,accountEnabled'],
      )
      return linesOf(bed.textOf(`accounts-${files}.jsonl`)).toSorted(
        (one, other) => Number(one['employeeId']) - Number(other['employeeId']),
      )
    },
  }
}

/** The id of the run in what a command said. */
export const runIn = ({ stderr }: { readonly stderr: string }): string =>
  /\b(\d{8}-\d{6}-[0-9a-f]+)\b/.exec(stderr)![1]!

/** The rows of a file of JSON lines. */
export const linesOf = (text: string): readonly Readonly<Record<string, unknown>>[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
