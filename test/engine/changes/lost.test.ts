import t from 'tap'
import type { Operation, Sent } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

const addMember = operations('add-member')!

/** Operations in which `add-member` is replaced. */
const adding = (more: Partial<Operation>) => {
  const replaced = { ...addMember, ...more }
  return (kind: string) => (kind === 'add-member' ? replaced : operations(kind))
}

const membersToAdd = async (bed: Awaited<ReturnType<typeof sandboxBed>>) => {
  const { body } = await bed.graph.request<{ readonly id: string }>({
    method: 'POST',
    url: '/groups',
    body: { displayName: 'Team', mailEnabled: false, mailNickname: 'team', securityEnabled: true },
  })
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 25)
  bed.input(users.map(member => [{ kind: 'add-member', value: { group: body.id, member } }]))
  return body.id
}
const cutOnce = (fault: string) => [{ fault, match: 'PATCH /groups/*', nth: 1 }]
const stop = new Error('stopped here')

t.test('rows whose reply was lost are decided with the id of their request', async t => {
  const bed = await sandboxBed(t, [])
  const group = await membersToAdd(bed)
  await bed.control('PUT', '/faults', cutOnce('lostReply'))
  const decided: (readonly Sent[])[] = []
  await bed.change(
    {},
    {
      operations: adding({
        decide(rows, context) {
          decided.push(rows)
          return addMember.decide(rows, context)
        },
      }),
    },
  )
  t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 25)
  const byRequest = Map.groupBy(decided.flat(), ({ request }) => request)
  t.notOk(byRequest.has(undefined))
  t.strictSame(
    [...byRequest.values()].map(rows => rows.length).sort(),
    decided.flat().length === 20 ? [20] : [20, 5].sort(),
  )
})

t.test('after a crash, rows are decided with the id of the request that was recorded', async t => {
  const bed = await sandboxBed(t, [])
  const group = await membersToAdd(bed)
  await bed.control('PUT', '/faults', cutOnce('lostReply'))
  await t.rejects(bed.change({}, { operations: adding({ decide: () => Promise.reject(stop) }) }), stop)
  const { id } = (await bed.store.list())[0]!
  const recorded = await bed.store.read(id, async run => {
    const ledger = run.phase('main').ledger()
    const sent = (await ledger.entries({ limit: 100 })).filter(({ state }) => state === 'sent')
    return (await ledger.attempts(sent.map(({ ordinal }) => ordinal))).map(({ client }) => client)
  })
  t.ok(recorded.length >= 20)
  const decided: Sent[] = []
  await bed.change(
    {},
    {
      resume: id,
      operations: adding({
        decide(rows, context) {
          decided.push(...rows)
          return addMember.decide(rows, context)
        },
      }),
    },
  )
  t.strictSame(
    decided.map(({ request }) => request),
    recorded,
  )
  t.match(await bed.store.get(id), { status: 'done', manifest: { counts: { done: 25 } } })
  const results = await bed.store.read(id, run => run.phase('main').readResults({ limit: 100 }))
  t.strictSame([...new Set(results.map(({ action }) => action))], [`PATCH /groups/${group}`])
})

t.test('a row that was found not performed after a lost reply stays known as lost after a crash', async t => {
  const bed = await sandboxBed(t, [])
  await membersToAdd(bed)
  await bed.control('PUT', '/faults', cutOnce('resetBeforeWrite'))
  let isDecided = false
  await t.rejects(
    bed.change(
      {},
      {
        operations: adding({
          decide(rows, context) {
            isDecided = true
            return addMember.decide(rows, context)
          },
          request(rows) {
            if (isDecided) throw stop
            return addMember.request(rows as never)
          },
        }),
      },
    ),
    stop,
  )
  const { id } = (await bed.store.list())[0]!
  const lost: (boolean | undefined)[] = []
  await bed.change(
    {},
    {
      resume: id,
      operations: adding({
        request(rows) {
          lost.push(...rows.map(row => row.lost))
          return addMember.request(rows as never)
        },
      }),
    },
  )
  t.ok(lost.length >= 20)
  t.ok(lost.every(Boolean))
  t.match(await bed.store.get(id), { status: 'done', manifest: { counts: { done: 25 } } })
})
