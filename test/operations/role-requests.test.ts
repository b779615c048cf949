import t from 'tap'
import type { Operation, Sent, Values } from '../../src/core/operation.ts'
import { assignEligibleRole } from '../../src/operations/assign-eligible-role.ts'
import { assignTimedRole } from '../../src/operations/assign-timed-role.ts'
import { unassignEligibleRole } from '../../src/operations/unassign-eligible-role.ts'
import { unassignTimedRole } from '../../src/operations/unassign-timed-role.ts'
import { draw, lostRow, operationBed } from './operation-bed.ts'

const role = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
const bed = await operationBed(t)
const { list, change, context, control } = bed
const taken = new Set(
  (await list<{ id: string; principalId: string }>('/roleManagement/directory/roleAssignmentSchedules')).map(
    ({ principalId }) => principalId,
  ),
)
const users = (await list('/users?$select=id&$top=300')).map(({ id }) => id).filter(id => !taken.has(id))

const sentOf = async (operation: Operation, value: Values): Promise<Sent> => {
  const accepted = operation.accept(value, draw)
  const [looked] = await operation.look([accepted], context())
  return lostRow({ value: accepted, before: (looked as { readonly send: Values }).send })
}
/** Somebody else asks. */
const another = async (): Promise<(operation: Operation, sent: Sent) => Promise<void>> => {
  const { accessToken } = (await control('POST', '/tokens', {
    scp: ['RoleManagement.ReadWrite.Directory', 'Directory.Read.All'],
    wids: ['62e90394-69f5-4237-9190-012177145e10'],
  })) as { readonly accessToken: string }
  return async (operation, sent) => {
    const { method, url, body } = operation.request([sent])
    const reply = await fetch(`${bed.sandbox.baseUrl}${url}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    t.equal(reply.status, 201, await reply.text())
  }
}
const theirs = await another()

const pairs = [
  [assignEligibleRole, unassignEligibleRole],
  [assignTimedRole, unassignTimedRole],
] as const

for (const [at, [assign, unassign]] of (pairs as unknown as [Operation, Operation][]).entries()) {
  t.test(`the list of requests tells who made what ${assign.kind} and ${unassign.kind} ask for`, async t => {
    for (const operation of [assign, unassign]) {
      const value = { role, principal: users[at * 2 + (operation === assign ? 0 : 1)]! }
      if (operation === unassign) await change(assign, [value])
      const sent = await sentOf(operation, value)
      const decided = async (more: Partial<Sent> = {}, reading = context()) =>
        (await operation.decide([{ ...sent, ...more }], reading))[0]
      t.equal(await decided(), 'not-done', operation.kind)
      await theirs(operation, sent)
      for (const more of [{}, { contested: true }, { unwitnessed: 'stopped' }] as const)
        t.match(await decided(more), { outcome: 'unchanged', message: /somebody else/ }, operation.kind)
      const back = operation === assign ? unassign : assign
      await change(back, [value])
      const again = await sentOf(operation, value)
      t.equal((await operation.decide([again], context()))[0], 'not-done', operation.kind)
      await change(operation, [value])
      for (const more of [{}, { contested: true }, { unwitnessed: 'stopped' }] as const)
        t.match(await decided(more), { outcome: 'done', code: 'ListedAfterLostReply' }, operation.kind)
      const late = { sinceMs: Date.now() + 60_000 }
      t.match(await decided(late), { unknown: /no request that is listed/ }, 'it was made before the row was sent')
      const early = { untilMs: Date.now() - 301_000 }
      t.match(await decided(early), { unknown: /no request that is listed/ }, 'it was made long after')
      const other = { value: { ...sent.value, justification: 'Other words' } }
      t.match(await decided(other), { unknown: /no request that is listed/ }, 'it has another justification')
    }
  })

  t.test(`what ${assign.kind} gave and somebody else took since is not sent again`, async t => {
    const value = { role, principal: users[4 + at]! }
    const sent = await sentOf(assign, value)
    await change(assign, [value])
    await theirs(unassign, await sentOf(unassign, value))
    t.match(await assign.decide([sent], context()), [{ unknown: /changed it since/ }])
  })
}

t.test('an app that may not list requests decides as for links', async t => {
  const value = { role, principal: users[9]! }
  const operation = assignTimedRole as unknown as Operation
  const sent = await sentOf(operation, value)
  await change(operation, [value])
  const reading = await bed.contextWith([
    ...['Directory.Read.All', 'RoleManagement.Read.Directory', 'RoleAssignmentSchedule.ReadWrite.Directory'],
  ])
  t.match(await operation.decide([sent], reading), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  t.match(await operation.decide([{ ...sent, contested: true }], reading), [{ unknown: /somebody else/ }])
})
