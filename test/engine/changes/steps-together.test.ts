import t from 'tap'
import { createdBy, type ChangeRow, type Operation, type OperationRow } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

type Bed = Awaited<ReturnType<typeof sandboxBed>>

const create = (name: string, { sandbox }: Bed): OperationRow => ({
  kind: 'create-user',
  value: {
    userPrincipalName: `${name}@${sandbox.domain}`,
    displayName: name,
    passwordProfile: { password: 'Fresh-start-1!' },
  },
})
const member = (kind: 'add-member' | 'remove-member', group: string, of: string): OperationRow => ({
  kind,
  value: { group, member: of },
})
const title = (user: string, jobTitle: string): OperationRow => ({ kind: 'update-user', value: { user, jobTitle } })

t.test('two equal lines that create a user and add it to a group make one of each', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  const row = [create('twin', bed), member('add-member', group, createdBy(0))]
  bed.input([row, row])
  const { run } = await bed.change()
  t.strictSame(await bed.rowsOf(run), [
    [1, 0, 'done', undefined],
    [1, 1, 'done', undefined],
    [2, 0, 'unchanged', 'SAME_ROW'],
    [2, 1, 'unchanged', 'SAME_ROW'],
  ])
  t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 1)
})

t.test('a link of a created user and its removal keep the order of the file', async t => {
  const bed = await sandboxBed(t, [])
  const group = await bed.newGroup()
  const user = create('twin', bed)
  bed.input([
    [user, member('add-member', group, createdBy(0))],
    [user, member('remove-member', group, createdBy(0))],
  ])
  const { run } = await bed.change()
  t.strictSame(
    (await bed.rowsOf(run)).map(([, , outcome]) => outcome),
    ['done', 'done', 'unchanged', 'done'],
  )
  t.strictSame(await bed.ids(`/groups/${group}/members?$select=id`), [])
})

t.test('a step waits for its row and for the link: when an earlier step of its row fails, it is not sent', async t => {
  const bed = await sandboxBed(t, [])
  const [one, other, member1] = (await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")) as [
    string,
    string,
    string,
  ]
  const group = await bed.newGroup()
  const bad = title(other, 'Lead')
  const failing = (kind: string): Operation | undefined =>
    kind === 'update-user'
      ? {
          ...operations(kind)!,
          settle: ([row], reply) =>
            row?.value['user'] === other
              ? [{ outcome: 'failed', code: 'Refused' }]
              : operations(kind)!.settle([row!], reply),
        }
      : operations(kind)
  bed.input([
    [title(one, 'Lead'), member('add-member', group, member1)],
    [bad, member('remove-member', group, member1)],
  ])
  const { run } = await bed.change({}, { operations: failing })
  t.match(await bed.rowsOf(run), [
    [1, 0, 'done'],
    [1, 1, 'done'],
    [2, 0, 'failed'],
    [2, 1, 'skipped', 'EARLIER_STEP_FAILED'],
  ])
  t.strictSame(await bed.ids(`/groups/${group}/members?$select=id`), [member1])
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.match((await bed.rowsOf(run)).slice(2), [
    [2, 0, /done|unchanged/],
    [2, 1, 'done'],
  ])
  t.strictSame(await bed.ids(`/groups/${group}/members?$select=id`), [])
})

t.test(
  'a plan names created objects by its own steps, those that exist by their ids, and what was there before',
  async t => {
    const bed = await sandboxBed(t, [])
    const group = await bed.newGroup()
    bed.input([[create('bob', bed)]])
    const created = await bed.change()
    const bob = await bed.store.read(created.run, async run => (await run.readRows({ limit: 1 }))[0]!.result.id)
    const [user] = await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")
    bed.input([
      ...['ann', 'bob'].map(name => [create(name, bed), member('add-member', group, createdBy(0))]),
      [title(user!, 'Lead'), title(user!, 'Chief'), member('add-member', group, user!)],
    ])
    const planned: ChangeRow[] = []
    await bed.change({
      dryRun: true,
      planned: async rows => {
        for await (const page of rows()) planned.push(...page)
        return 'hash'
      },
    })
    t.match(
      planned.map(({ steps }) => steps.map(({ kind, value, expected }) => [kind, value['member'], expected])),
      [
        [
          ['create-user', undefined, { existed: false }],
          ['add-member', '$created:0', undefined],
        ],
        [['add-member', bob, { linked: false }]],
        [
          ['update-user', undefined, { jobTitle: null }],
          ['update-user', undefined, undefined],
          ['add-member', user, { linked: false }],
        ],
      ],
    )
    bed.input(planned.map(({ steps }) => steps))
    t.match(await bed.change(), { manifest: { counts: { failed: 0, skipped: 0 } } })
    t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 3)
  },
)
