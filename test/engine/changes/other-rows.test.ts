import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createdBy, type ChangeRow, type OperationRow } from '../../../src/core/operation.ts'
import { undo } from '../../../src/sources/undo.ts'
import { sandboxBed } from './sandbox-bed.ts'

type Bed = Awaited<ReturnType<typeof sandboxBed>>

/** 30 seconds of lag, a hundred times faster. */
const lagMs = 300
const lag = async (bed: Bed): Promise<void> => {
  for (const view of ['direct', 'index']) await bed.control('PUT', '/lag', { view, ms: lagMs })
}
const create = (name: string, { sandbox }: Bed, more: object = {}): OperationRow => ({
  kind: 'create-user',
  value: {
    userPrincipalName: `${name}@${sandbox.domain}`,
    displayName: name,
    passwordProfile: { password: 'Fresh-start-1!' },
    ...more,
  },
})
const member = (group: string, of: string, kind = 'add-member'): OperationRow => ({
  kind,
  value: { group, member: of },
})
const title = (user: string): OperationRow => ({ kind: 'update-user', value: { user, jobTitle: 'Lead' } })
const membersOf = (bed: Bed, group: string) => bed.ids(`/groups/${group}/members?$select=id`)
/** The members of a group, without lag. */
const linksOf = async (bed: Bed, group: string): Promise<readonly string[]> =>
  (await bed.control('GET', `/truth/links?kind=group&id=${group}&relation=members`)).trim().split('\n')
const told = (bed: Bed, run: string) =>
  bed.store.read(run, async look =>
    (await look.readRows({ limit: 100 })).map(({ result: { key, step = 0, outcome, message } }) => [
      key,
      step,
      outcome,
      message,
    ]),
  )

t.test('a change names what a later row creates, waits for it, and says so', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  bed.input([
    [member(group, createdBy(0, 3))],
    [create('ann', bed), member(group, createdBy(0, 3))],
    [create('bob', bed)],
  ])
  await lag(bed)
  const { run } = await bed.change({ lagBoundMs: 2 * lagMs })
  t.strictSame(await told(bed, run), [
    [1, 0, 'done', 'It was sent after row 3, because it names what was created there.'],
    [2, 0, 'done', undefined],
    [2, 1, 'unchanged', 'It is the same change as line 1.'],
    [3, 0, 'done', undefined],
  ])
  t.equal((await linksOf(bed, group)).length, 1)
})

t.test('rows that name each other do not wait for each other', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  bed.input([
    [create('ann', bed), member(group, createdBy(0, 2))],
    [create('bob', bed), member(group, createdBy(0, 1))],
  ])
  t.match(await bed.change(), { end: 'done', manifest: { counts: { done: 2 } } })
  t.equal((await membersOf(bed, group)).length, 2)
})

t.test(
  'a change is skipped, and so is what follows it, if the row that it waits for fails; a retry sends both',
  async t => {
    const bed = await sandboxBed(t, [])
    const group = await bed.newGroup()
    const [user] = await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")
    bed.input([[title(user!), member(group, createdBy(0, 2)), member(group, user!)], [create('ann', bed)]])
    await bed.control('PUT', '/knobs', { objectQuota: 1 })
    const { run } = await bed.change()
    t.match(await told(bed, run), [
      [1, 0, 'done'],
      [1, 1, 'skipped', 'It names the object of row 2 (create-user), which ended failed, so it was not sent.'],
      [1, 2, 'skipped', 'Step 2 of this row (add-member) ended skipped, so this step was not sent.'],
      [2, 0, 'failed'],
    ])
    await bed.control('DELETE', '/knobs')
    await bed.change({}, { resume: run, retry: ['failed'] })
    t.match(await told(bed, run), [
      [1, 0, 'done'],
      [1, 1, 'done'],
      [1, 2, 'done'],
      [2, 0, 'done'],
    ])
    t.equal((await membersOf(bed, group)).length, 2)
  },
)

t.test('a retry sends both rows also if the first step of the waiting one failed, too', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  bed.input([[create('ann', bed), member(group, createdBy(0, 2))], [create('bob', bed)]])
  await bed.control('PUT', '/knobs', { objectQuota: 1 })
  const { run } = await bed.change()
  await bed.control('DELETE', '/knobs')
  t.match(await told(bed, run), [
    [1, 0, 'failed'],
    [1, 1, 'skipped'],
    [2, 0, 'failed'],
  ])
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.match(
    (await told(bed, run)).map(([, , outcome]) => outcome),
    ['done', 'done', 'done'],
  )
})

t.test('what no row creates, or a row creates that was not accepted or waits itself, cannot be named', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  const twin = create('twin', bed)
  bed.input([
    [create('ann', bed), member(group, createdBy(0, 99))],
    [member(group, createdBy(0, 3))],
    [{ kind: 'create-user', value: { displayName: 'no name' } }],
    [member(group, createdBy(0, 4))],
    [create('bob', bed), member(group, createdBy(1, 1))],
    [member(group, createdBy(0, 7)), twin],
    [member(group, createdBy(0, 1))],
    [twin],
    [member(group, createdBy(0, 8))],
    [member(group, '$created:zz/0')],
    [create('cleo', bed), member(group, createdBy(0, 11))],
  ])
  const { run } = await bed.change()
  const fate = await told(bed, run)
  const messageOf = (row: number, of = 0) => fate.find(([key, step]) => key === row && step === of)?.slice(2)
  t.strictSame(messageOf(1), ['done', undefined], 'earlier steps are sent')
  t.strictSame(messageOf(1, 1), ['failed', 'It names the object of row 99, and no such row was accepted.'])
  t.strictSame(messageOf(2), ['failed', 'It names the object of row 3, and no such row was accepted.'])
  t.match(messageOf(4), ['failed', /names no object that an earlier step creates/])
  t.match(messageOf(5), ['failed', /only the object of the first step of another row can be named/])
  t.strictSame(messageOf(6), ['failed', 'It names the object of row 7, which itself waits for another row.'])
  t.match(messageOf(7), ['done'])
  t.strictSame(messageOf(9), ['failed', 'It names the object of row 8, which row 6 creates in a later step.'])
  t.match(messageOf(10), ['failed', /names no object/])
  t.match(messageOf(11, 1), ['done'], 'a row may name itself as another one does')
})

t.test('a dry run says which rows would be skipped because another one would fail', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  const [one, two] = [create('ann', bed), create('bob', bed)]
  bed.input([[create('ann', bed, { displayName: 'Somebody else' })], [two]])
  await bed.change()
  bed.input([
    [create('cleo', bed), member(group, createdBy(0, 2)), title(createdBy(0))],
    [one],
    [two],
    [member(group, createdBy(0, 2))],
    [member(group, createdBy(0, 3))],
  ])
  const dry = await bed.change({ dryRun: true })
  const found = await told(bed, dry.run)
  const { run } = await bed.change()
  const became = await told(bed, run)
  t.strictSame(
    found.map(([key, step, outcome]) => [key, step, outcome]),
    [
      [1, 1, 'skipped'],
      [1, 2, 'skipped'],
      [2, 0, 'failed'],
      [3, 0, 'unchanged'],
      [4, 0, 'skipped'],
    ],
  )
  const asRun = found.filter(([, , outcome]) => outcome !== 'unchanged')
  // Nothing was done in a dry run.
  const withoutDone = became.map(([key, step, outcome, message]) => [
    ...[key, step, outcome, String(message).replace(' Done before it: create-user.', '')],
  ])
  t.equal(became.filter(([, , , message]) => / Done before it: create-user\.$/.test(String(message))).length, 1)
  t.strictSame(
    asRun,
    withoutDone.filter(([, , outcome]) => outcome === 'skipped' || outcome === 'failed'),
  )
  t.match(dry.changes, { preview: { writes: 2 } })
})

t.test('a plan names what other rows create, and is applied', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  bed.input([[create('ann', bed)]])
  await bed.change()
  bed.input([
    [create('bob', bed), member(group, createdBy(0, 3))],
    [member(group, createdBy(0, 1))],
    [create('ann', bed)],
  ])
  const planned: ChangeRow[] = []
  await bed.change({
    dryRun: true,
    planned: async rows => {
      for await (const page of rows()) planned.push(...page)
      return 'hash'
    },
  })
  const [ann] = await bed.ids(`/users?$select=id&$filter=userPrincipalName eq 'ann@${bed.sandbox.domain}'`)
  t.strictSame(
    planned.map(({ steps }) => steps.map(({ kind, value }) => [kind, value['member']])),
    [
      [
        ['create-user', undefined],
        ['add-member', ann],
      ],
      [['add-member', createdBy(0, 1)]],
    ],
  )
  bed.input(planned.map(({ steps }) => steps))
  t.match(await bed.change(), { manifest: { counts: { failed: 0, skipped: 0 } } })
  t.equal((await membersOf(bed, group)).length, 2)
})

t.test('what names an object is undone before the object is deleted, whatever their order in the file', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  const links = Array.from({ length: 3 }, (_, at) => [
    create(`new${at}`, bed),
    member(group, createdBy(0, 4)),
    title(createdBy(0)),
  ])
  bed.input([...links, [create('ann', bed)], [member(group, createdBy(0, 1))]])
  const { run } = await bed.change()
  const plan = (from: string) => ({ source: undo({ run: from }), sink: bed.plan.sink }) as never
  const planned: ChangeRow[] = []
  await bed.change(
    {
      dryRun: true,
      planned: async rows => {
        for await (const page of rows()) planned.push(...page)
        return 'hash'
      },
    },
    { plan: plan(run) },
  )
  t.match(
    planned.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'delete-user').map(({ after }) => after)),
    [[{ key: 1, step: 1 }], undefined, undefined, [{ key: 5, step: 0 }]],
  )
  const undone = await bed.change({}, { plan: plan(run) })
  t.match(undone, { manifest: { counts: { failed: 0, unchanged: 0 } } })
  const steps = (await told(bed, undone.run)).map(([, , outcome]) => outcome)
  t.strictSame(new Set(steps), new Set(['done']), 'nothing was gone with the user already')
  t.strictSame(await membersOf(bed, group), [])
})

t.test('rows that name each other end the same under lag, though their process is killed three times', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  const count = 60
  bed.input(
    Array.from({ length: count }, (_, at) => [
      create(`new${at}`, bed),
      member(group, createdBy(0, ((at + 17) % count) + 1)),
    ]),
  )
  await lag(bed)
  const { accessToken } = JSON.parse(await bed.control('POST', '/tokens', {})) as { readonly accessToken: string }
  const said = async (killAt: number): Promise<string> => {
    const child = join(import.meta.dirname, 'children/run-steps.ts')
    const { baseUrl, tenantId } = bed.sandbox
    const running = spawn(
      process.execPath,
      ['--no-warnings', child, bed.folder, String(2 * lagMs), String(killAt), baseUrl, tenantId, accessToken],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    return text(running.stdout)
  }
  t.strictSame([await said(7), await said(25), await said(45)], ['', '', ''])
  t.equal(await said(0), 'done\n')
  const { id } = (await bed.store.list())[0]!
  t.match(await bed.store.get(id), { status: 'done', resumed: 3, manifest: { counts: { done: count } } })
  t.equal((await linksOf(bed, group)).length, count)
})
