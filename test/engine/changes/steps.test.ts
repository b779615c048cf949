import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createdBy, type OperationRow } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'

type Bed = Awaited<ReturnType<typeof sandboxBed>>

/** 30 seconds of lag, a hundred times faster. */
const lagMs = 300
const newGroup = async ({ graph }: Bed): Promise<string> => {
  const body = { displayName: 'Team', mailEnabled: false, mailNickname: 'team', securityEnabled: true }
  return (await graph.request<{ readonly id: string }>({ method: 'POST', url: '/groups', body })).body.id
}
const lag = async (bed: Bed): Promise<void> => {
  for (const view of ['direct', 'index']) await bed.control('PUT', '/lag', { view, ms: lagMs })
}
const joiner = (at: number, group: string, { sandbox }: Bed, more: object = {}): readonly OperationRow[] => [
  {
    kind: 'create-user',
    value: {
      userPrincipalName: `new${at}@${sandbox.domain}`,
      displayName: `New ${at}`,
      passwordProfile: { password: `Fresh-start-${at}!` },
      ...more,
    },
  },
  { kind: 'add-member', value: { group, member: createdBy(0) } },
]
const rowsOf = (bed: Bed, run: string) =>
  bed.store.read(run, async look =>
    (await look.readRows({ limit: 1000 })).map(({ result: { key, step = 0, outcome, code } }) => [
      key,
      step,
      outcome,
      code,
    ]),
  )
const truth = async (bed: Bed, path: string): Promise<readonly Record<string, unknown>[]> =>
  (await bed.control('GET', `/truth${path}`))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>)

t.test('a later step uses the object that an earlier one created, and shares requests', async t => {
  const bed = await sandboxBed(t, [])
  const group = await newGroup(bed)
  bed.input(Array.from({ length: 25 }, (_, at) => joiner(at, group, bed)))
  const before = bed.graph.usage().writes
  t.match(await bed.change(), { end: 'done', manifest: { counts: { read: 25, done: 25 } } })
  t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 25)
  t.equal(bed.graph.usage().writes - before, 25 + 2)
})

t.test('a failed step leaves the later ones skipped, and a second run completes what is missing', async t => {
  const bed = await sandboxBed(t, [])
  const group = await newGroup(bed)
  const rows = (domain?: object) => [joiner(1, group, bed), joiner(2, group, bed, domain), joiner(3, group, bed)]
  bed.input(rows({ userPrincipalName: 'new2@elsewhere.example' }))
  const first = await bed.change()
  t.strictSame(await rowsOf(bed, first.run), [
    [1, 0, 'done', undefined],
    [1, 1, 'done', undefined],
    [2, 0, 'failed', 'DOMAIN_UNVERIFIED'],
    [2, 1, 'skipped', 'EARLIER_STEP_FAILED'],
    [3, 0, 'done', undefined],
    [3, 1, 'done', undefined],
  ])
  bed.input(rows())
  const second = await bed.change()
  t.strictSame(
    (await rowsOf(bed, second.run)).map(([key, step, outcome]) => [key, step, outcome]),
    [
      [1, 0, 'unchanged'],
      [1, 1, 'unchanged'],
      [2, 0, 'done'],
      [2, 1, 'done'],
      [3, 0, 'unchanged'],
      [3, 1, 'unchanged'],
    ],
  )
})

t.test('results of rows that repeat or contradict another one name what they are about', async t => {
  const bed = await sandboxBed(t, [])
  const [one, other] = await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")
  const lead = (user: string, jobTitle: string): readonly OperationRow[] => [
    { kind: 'update-user', value: { user, jobTitle } },
  ]
  bed.input([lead(one!, 'A'), lead(one!, 'B'), lead(other!, 'C'), lead(other!, 'C')])
  const { run } = await bed.change()
  const told = await bed.store.read(run, async look =>
    (await look.readRows({ limit: 9 })).map(({ result: { code, target } }) => [
      code,
      target?.includes(one!),
      target?.includes(other!),
    ]),
  )
  t.strictSame(told, [
    ['ROWS_CONFLICT', true, false],
    ['ROWS_CONFLICT', true, false],
    [undefined, false, true],
    ['SAME_ROW', false, true],
  ])
})

t.test('a retry sends a failed step again, and the later ones after it', async t => {
  const bed = await sandboxBed(t, [])
  const group = await newGroup(bed)
  bed.input([joiner(1, group, bed)])
  await bed.control('PUT', '/knobs', { objectQuota: 1 })
  const { run } = await bed.change()
  t.strictSame(
    (await rowsOf(bed, run)).map(([, step, outcome]) => [step, outcome]),
    [
      [0, 'failed'],
      [1, 'skipped'],
    ],
  )
  await bed.control('DELETE', '/knobs')
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.strictSame(
    (await rowsOf(bed, run)).map(([, step, outcome]) => [step, outcome]),
    [
      [0, 'done'],
      [1, 'done'],
    ],
  )
})

t.test('rows of several steps are undone, last step first', async t => {
  const bed = await sandboxBed(t, [])
  const group = await newGroup(bed)
  bed.input(Array.from({ length: 5 }, (_, at) => joiner(at, group, bed)))
  const { run } = await bed.change()
  const { undo } = await import('../../../src/sources/undo.ts')
  const undone = await bed.change({}, { plan: { source: undo({ run }), sink: bed.plan.sink } as never })
  t.match(undone, { manifest: { counts: { done: 5, failed: 0 } } })
  t.strictSame(await bed.ids(`/groups/${group}/members?$select=id`), [])
})

t.test('rows of several steps complete under lag, though their process is killed three times', async t => {
  const bed = await sandboxBed(t, [])
  const group = await newGroup(bed)
  const count = 60
  bed.input(Array.from({ length: count }, (_, at) => joiner(at, group, bed)))
  await lag(bed)
  const { accessToken } = JSON.parse(await bed.control('POST', '/tokens', {})) as { readonly accessToken: string }
  const said = async (killAt: number): Promise<string> => {
    const running = spawn(
      process.execPath,
      [
        '--no-warnings',
        join(import.meta.dirname, 'children/run-steps.ts'),
        bed.folder,
        String(2 * lagMs),
        String(killAt),
        bed.sandbox.baseUrl,
        bed.sandbox.tenantId,
        accessToken,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    return text(running.stdout)
  }
  t.strictSame([await said(7), await said(25), await said(45)], ['', '', ''])
  t.equal(await said(0), 'done\n')
  const { id } = (await bed.store.list())[0]!
  t.match(await bed.store.get(id), { status: 'done', resumed: 3, manifest: { counts: { done: count } } })
  const users = (await truth(bed, '?kind=user')).filter(({ userPrincipalName }) =>
    /^new/.test(String(userPrincipalName)),
  )
  t.strictSame(
    users.map(({ created, deleted }) => [created, deleted]),
    users.map(() => [1, 0]),
  )
  t.equal(users.length, count)
  const links = await truth(bed, `/links?kind=group&id=${group}&relation=members`)
  t.strictSame(
    links.map(({ added, removed, isThere }) => [added, removed, isThere]),
    Array.from({ length: count }, () => [1, 0, true]),
  )
})
