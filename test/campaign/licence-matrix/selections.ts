import type { Owned } from './desk.ts'
import type { MatrixOperation } from './operations.ts'
import type { Person } from './people.ts'

/** Somebody in the directory. */
export interface Placed extends Person {
  readonly id: string
  readonly name: string
}

/** What selections need of the directory. */
export interface Surroundings {
  /** Number of the cell, which all of its people have as a property. */
  readonly cell: string
  readonly people: readonly Placed[]
  /** Somebody who is not meant, in the same groups. */
  readonly outsider: Placed
  readonly domain: string
  write(name: string, text: string): void
  /** Creates a group with these members, which may be groups. Returns its id. */
  group(members: readonly { readonly kind: 'user' | 'group'; readonly id: string }[], isDynamic?: boolean): string
}

/** How a command line chooses people. */
export interface Selected {
  readonly args: readonly string[]
  /** Replaces the flags of the operation. */
  readonly flags?: readonly string[]
  readonly piped?: string
  /** Those who are chosen. */
  readonly chosen: readonly Placed[]
  /** Rows of nobody, which must fail. */
  readonly strangers?: number
}

type Selection = (at: Surroundings, operation: MatrixOperation) => Selected

const users = (people: readonly Placed[]) => people.map(({ id }) => ({ kind: 'user' as const, id }))
const csv = (header: string, lines: readonly string[]): string =>
  `${header}\n${lines.map(line => `${line}\n`).join('')}`
const has = (sku: Owned) => (person: Placed) => person.direct[sku] !== undefined || person.inherited === sku
const nobody = '11111111-2222-4333-8444-555555555555'

/** How people are chosen, by name. */
export const selections: Readonly<Record<string, Selection>> = {
  'file by name'({ people, write, domain }) {
    write('people.csv', csv('UserPrincipalName', [...people.map(({ name }) => name), `nobody@${domain}`]))
    return { args: ['--from', 'people.csv'], chosen: people, strangers: 1 }
  },
  'file by id'({ people, write }) {
    write('people.csv', csv('id', [...people.map(({ id }) => id), nobody]))
    return { args: ['--from', 'people.csv'], chosen: people, strangers: 1 }
  },
  'columns of a file'({ people, write }, { columns }) {
    const { header, cells, flags } = columns!
    write(
      'people.csv',
      csv(
        `UserPrincipalName,${header}`,
        people.map(({ name }) => `${name},${cells}`),
      ),
    )
    return { args: ['--from', 'people.csv'], flags, chosen: people }
  },
  // The last line says that the rows are complete.
  stdin: ({ people }) => ({
    args: ['--from', '-'],
    piped: [
      ...people.map(({ name }) => ({ userPrincipalName: name })),
      { $end: { rows: people.length, complete: true, outcome: 'complete' } },
    ]
      .map(line => `${JSON.stringify(line)}\n`)
      .join(''),
    chosen: people,
  }),
  group: ({ people, group }) => ({ args: ['--group', group(users(people))], chosen: people }),
  'transitive group'({ people, group }) {
    const half = Math.floor(people.length / 2)
    const inner = group(users(people.slice(half)))
    const outer = group([...users(people.slice(0, half)), { kind: 'group', id: inner }])
    return { args: ['--group', outer, '--transitive'], chosen: people }
  },
  'direct members of a nesting group'({ people, group }) {
    const half = Math.floor(people.length / 2)
    const inner = group(users(people.slice(half)))
    const outer = group([...users(people.slice(0, half)), { kind: 'group', id: inner }])
    return { args: ['--group', outer], chosen: people.slice(0, half) }
  },
  'dynamic group': ({ people, group }) => ({ args: ['--group', group(users(people), true)], chosen: people }),
  filter: ({ people, cell }) => ({ args: ['--filter', `department eq '${cell}'`], chosen: people }),
  'custom attribute': ({ people, cell }) => ({
    args: ['--filter', `onPremisesExtensionAttributes/extensionAttribute1 eq '${cell}'`],
    chosen: people,
  }),
  'any licence': ({ people, cell }) => ({
    args: ['--filter', `department eq '${cell}' and assignedLicenses/any()`],
    chosen: people.filter(({ direct, inherited }) => Object.keys(direct).length > 0 || inherited !== undefined),
  }),
  has: ({ people, cell }, { given }) => ({
    args: ['--has', given, '--only', '--filter', `department eq '${cell}'`],
    chosen: people.filter(has(given)),
  }),
  without: ({ people, cell }, { given }) => ({
    args: ['--without', given, '--filter', `department eq '${cell}'`],
    chosen: people.filter(person => !has(given)(person)),
  }),
  ids: ({ people }) => ({
    args: people.flatMap(({ id, name }, at) => ['--id', at % 2 === 0 ? id : name]),
    chosen: people,
  }),
  also({ people, group }) {
    const [first, second, ...others] = people as [Placed, Placed, ...Placed[]]
    const of = group(users([first, ...others]))
    return { args: ['--id', first.id, '--id', second.name, '--also', '--group', of], chosen: people }
  },
  only({ people, outsider, group, cell }) {
    const of = group(users([...people, outsider]))
    return { args: ['--group', of, '--only', '--filter', `department eq '${cell}'`], chosen: people }
  },
  except({ people, outsider, group, write }) {
    const of = group(users([...people, outsider]))
    write('out.csv', csv('UserPrincipalName', [outsider.name]))
    return { args: ['--group', of, '--except', '--from', 'out.csv'], chosen: people }
  },
}
