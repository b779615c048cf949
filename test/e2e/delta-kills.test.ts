import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Kind, Mutation } from '../../src/sandbox/directory/types.ts'
import { child, runDelta, select, type Exported } from '../programs/delta-child.ts'
import type { SandboxAt } from '../programs/sandbox-client.ts'
import type { KillPoint } from '../programs/kill-point.ts'
import { presentOf, rowsIn, type Cells } from '../sources/replay.ts'
import { openBed, type Bed } from './bed.ts'

const bed = await openBed(t, { users: 150, knobs: { deltaPageSize: 20, deltaMembersPerPage: 10 } })
const { directory } = bed
const whole = { order: 'default', view: 'direct' } as const
const day = 24 * 60 * 60 * 1000
const idsOf = (kind: Kind): readonly string[] => directory.collection(kind).slice(whole, 1000, ['id']).ids
const linksOf = (kind: Kind, relation: 'members' | 'manager') =>
  idsOf(kind).flatMap(id =>
    directory
      .related(kind, id, relation, 9_999)
      .references.filter(target => target.kind !== 'servicePrincipal')
      .map(target => [id, target] as const),
  )
const at = async ({ sandbox, control }: Bed): Promise<SandboxAt> => {
  const { accessToken } = await control<{ readonly accessToken: string }>('POST', '/tokens', {})
  return { rootUrl: sandbox.baseUrl, tenantId: sandbox.tenantId, token: accessToken }
}

/** What there is after the rows of several loads, by its key. */
const replayed = (keys: readonly string[], loads: readonly (readonly Cells[])[]): Readonly<Record<string, unknown>> => {
  const found = new Map<string, unknown>()
  for (const rows of loads)
    for (const { removed, memberType: _, ...cells } of rows) {
      const key = keys.map(name => cells[name]).join('/')
      if (removed === null) found.set(key, cells)
      else found.delete(key)
    }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

interface Case {
  readonly of: Exported
  readonly keys: readonly string[]
  readonly present: () => readonly Cells[]
  /** Made after the first load. */
  readonly changes: () => readonly Mutation[]
  readonly expires?: true
}

const user = (id: string, what: 'delete' | 'restore') => ({ do: what, kind: 'user', id }) as const
const linked = (kind: Kind, relation: 'members' | 'manager', [owner, target]: readonly [string, string]) =>
  linksOf(kind, relation).map(([id, { id: other }]) => ({ [owner]: id, [target]: other }))

const cases: Readonly<Record<string, Case>> = {
  'a full load after the link has expired': {
    of: 'users',
    keys: ['id'],
    present: () => [...presentOf(directory, 'user', select).values()],
    changes: () =>
      idsOf('user')
        .slice(0, 30)
        .map(id => user(id, 'delete')),
    expires: true,
  },
  'a delta of memberships': {
    of: 'memberships',
    keys: ['groupId', 'memberId'],
    present: () => linked('group', 'members', ['groupId', 'memberId']),
    changes: () => [
      ...linksOf('group', 'members')
        .filter(([, { kind }], n) => kind === 'user' && n % 5 === 0)
        .map(([id, target]) => ({ do: 'unlink', kind: 'group', id, relation: 'members', target }) as const),
      ...idsOf('user')
        .slice(40, 60)
        .map(id => user(id, 'delete')),
    ],
  },
  'a delta of managers': {
    of: 'managers',
    keys: ['userId', 'managerId'],
    present: () => linked('user', 'manager', ['userId', 'managerId']),
    changes: () =>
      [...new Set(linksOf('user', 'manager').map(([, { id }]) => id))].slice(0, 8).map(id => user(id, 'delete')),
  },
}

/**
 * All of the last points, and some of the others; test/sources/delta-kills.test.ts has more of them. Between a rename and the next one
 * nothing is done, so that a kill after it is one before the next.
 */
const pointsIn = (counts: Partial<Record<KillPoint['at'], number>>): readonly KillPoint[] =>
  (['commit', 'rename', 'renamed'] as const).flatMap(kind =>
    Array.from({ length: counts[kind] ?? 0 }, (_, index) => ({ at: kind, n: index + 1 })).filter(({ n }) =>
      kind === 'renamed' ? n === counts[kind] : n % 10 === 0 || n > (counts[kind] ?? 0) - 5,
    ),
  )

for (const [what, { of, keys, present, changes, expires }] of Object.entries(cases))
  t.test(`${what} that is killed loses nothing`, async (t: Test) => {
    const { folder: root } = bed.desk()
    const first = join(root, 'first')
    mkdirSync(first)
    await runDelta(first, '1.jsonl', await at(bed), of)
    await bed.mutate(...changes())
    if (expires) bed.forward(8 * day)
    const now = await at(bed)
    const copy = (name: string): string => {
      const folder = join(root, name)
      cpSync(first, folder, { recursive: true })
      return folder
    }
    const fileOf = (folder: string, name: string): readonly Cells[] =>
      existsSync(join(folder, name)) ? rowsIn(readFileSync(join(folder, name), 'utf8')) : []
    const points = pointsIn((await child(copy('whole'), '2.jsonl', now, undefined, of))!)
    t.ok(points.length > 8)
    for (const [index, point] of points.entries()) {
      const folder = copy(`${point.at}-${point.n}`)
      t.equal(await child(folder, '2.jsonl', now, point, of), undefined)
      const seen = fileOf(folder, '2.jsonl')
      const [binned = ''] = directory.deleted('user').slice(whole, 1, ['id']).ids
      // What was read already changes again.
      if (index % 2 === 0 && binned !== '') await bed.mutate(user(binned, 'restore'))
      const again = index % 2 === 0 ? '2.jsonl' : 'other.jsonl'
      await runDelta(folder, again, now, of)
      await runDelta(folder, '3.jsonl', now, of)
      const loads = [fileOf(folder, '1.jsonl'), seen, fileOf(folder, again), fileOf(folder, '3.jsonl')]
      t.strictSame(
        replayed(keys, loads),
        replayed(keys, [present().map(row => ({ ...row, removed: null }))]),
        `${point.at} ${point.n}, then ${again}`,
      )
    }
  })
