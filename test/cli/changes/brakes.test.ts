import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { newProgress } from '../../../src/engine/progress.ts'
import type { RunRequest } from '../../../src/engine/run-request.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { operations, planOfSteps, type Steps } from '../../engine/changes/steps-plan.ts'
import { guardedBed, type Sending } from './guarded-bed.ts'

type Id = { readonly id: string }
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

// 5 % of fewer than 320 users are fewer than 16.
const bed = await guardedBed(t)
const { domain } = bed.sandbox
const live = await bed.graph.count('/users')
const limit = Math.max(10, Math.floor(live * 0.05))

let made = 0
const person = () => {
  const name = `brake${++made}`
  return {
    accountEnabled: true,
    displayName: 'Brake',
    mailNickname: name,
    passwordProfile: { password: 'Long-enough-1!' },
    userPrincipalName: `${name}@${domain}`,
  }
}
const create = (count: number): readonly OperationRow[] =>
  numbers(count).map(() => ({ kind: 'create-user', value: person() }))
const users = async (count: number): Promise<readonly string[]> => {
  const rows = create(count)
  await bed.send(rows)
  const ids: string[] = []
  for (const { value } of rows) {
    const { body } = await bed.graph.request<Id>({ method: 'GET', url: `/users/${String(value['userPrincipalName'])}` })
    ids.push(body.id)
  }
  return ids
}
const group = async (members: readonly string[], relation = 'members'): Promise<string> => {
  const name = `brakes${++made}`
  const { body } = await bed.graph.request<Id>({
    method: 'POST',
    url: '/groups',
    body: { displayName: name, mailEnabled: false, mailNickname: name, securityEnabled: true },
  })
  await bed.send(members.map(member => ({ kind: `add-${relation.slice(0, -1)}`, value: { group: body.id, member } })))
  return body.id
}
const stops = async (
  t: Test,
  rows: readonly (OperationRow | readonly OperationRow[])[],
  message: RegExp,
  sending: Sending = {},
) => {
  await t.rejects(bed.send(rows, sending), { code: 'TOO_MANY_REMOVALS', exit: 5, message })
  t.strictSame(await bed.writes(), [])
}
const some = await users(limit + 1)

t.test('deletions, disabled accounts and renamed users stop above 5 % of the users, and nothing is sent', async t => {
  const rows = (kind: string, more: (at: number) => object = () => ({})) =>
    some.map((user, at): OperationRow => ({ kind, value: { user, ...more(at) } }))
  const many = some.length
  await stops(t, rows('delete-user'), new RegExp(`^This run would delete ${many} users, and the limit is ${limit}\\.`))
  await stops(t, rows('disable-user'), new RegExp(`would disable ${many} users`))
  await stops(
    t,
    rows('update-user', () => ({ accountEnabled: false })),
    new RegExp(`would disable ${many} users`),
  )
  await stops(
    t,
    rows('update-user', at => ({ newUserPrincipalName: `renamed${at}@${domain}` })),
    new RegExp(`would change the user principal name of ${many} users`),
  )
  const half = Math.ceil(many / 2)
  await stops(
    t,
    [...rows('delete-user').slice(0, half), ...rows('disable-user').slice(half)],
    /would delete \d+ users and disable \d+ users/,
  )
})

t.test('a limit of the user is for all together, and replaces the others', async t => {
  const rows = some.map((user): OperationRow => ({ kind: 'disable-user', value: { user } }))
  await stops(t, rows, /would disable \d+ users/, { maxRemovals: some.length - 1 })
  const { run } = await bed.send(rows, { maxRemovals: some.length })
  t.strictSame(new Set(await bed.resultsOf(run)), new Set(['done']))
})

t.test('rows that are as wanted already do not count', async t => {
  const rows = some.map((user): OperationRow => ({ kind: 'disable-user', value: { user } }))
  const { run } = await bed.send(rows)
  t.strictSame(new Set(await bed.resultsOf(run)), new Set(['unchanged']))
})

t.test('members and owners are counted by the list of their group, of which ten may always go', async t => {
  for (const relation of ['members', 'owners']) {
    const team = await group(some.slice(0, 12), relation)
    const rows = some
      .slice(0, 11)
      .map((member): OperationRow => ({ kind: `remove-${relation.slice(0, -1)}`, value: { group: team, member } }))
    await stops(t, rows, new RegExp(`would remove 11 ${relation} of group ${team}, and the limit is 10`))
    const { run } = await bed.send(rows.slice(0, 10))
    t.strictSame(new Set(await bed.resultsOf(run)), new Set(['done']), relation)
  }
})

t.test('what a later step of a row takes away counts before the first step is sent', async t => {
  const team = await group([])
  const rows = some.map((member): readonly OperationRow[] => [
    { kind: 'add-member', value: { group: team, member } },
    { kind: 'delete-user', value: { user: member } },
  ])
  await stops(t, rows, new RegExp(`would delete ${some.length} users`))
})

t.test('a member that is added and removed by the same file counts as removed', async t => {
  const team = await group([])
  const rows = some.slice(0, 11).flatMap((member): readonly OperationRow[] => [
    { kind: 'add-member', value: { group: team, member } },
    { kind: 'remove-member', value: { group: team, member } },
  ])
  await stops(t, rows, /would remove 11 members/)
})

t.test('a resumed run counts what it has taken away, and remembers the limit that it was given', async t => {
  const people = await users(limit + 1)
  const rows = people.map((user): OperationRow => ({ kind: 'disable-user', value: { user } }))
  const first = await bed.send(rows, { maxRemovals: limit + 1, mostChanges: 1 })
  t.equal(first.end, 'pending')
  await bed.forget()
  await t.rejects(bed.change({ maxRemovals: limit }, { resume: first.run }), {
    code: 'TOO_MANY_REMOVALS',
    message: new RegExp(`would disable ${limit + 1} users, 1 of them earlier`),
  })
  t.strictSame(await bed.writes(), [])
  const second = await bed.change({}, { resume: first.run })
  t.equal(second.end, 'done')
  t.strictSame(new Set(await bed.resultsOf(first.run)), new Set(['done']))
})

t.test('an irreversible later step of a row needs consent before the first step is sent', async t => {
  const team = await group([])
  const [member] = some as [string]
  const rows = [
    [
      { kind: 'add-member', value: { group: team, member } },
      { kind: 'purge-user', value: { user: member } },
    ],
  ]
  await t.rejects(bed.send(rows, { irreversible: false }), {
    code: 'IRREVERSIBLE',
    message: /Purge deleted users \(1\)/,
  })
  t.strictSame(await bed.writes(), [])
})

/** Changes of several phases: each has the rows of one file. */
const inPhases = (...phases: readonly (readonly OperationRow[])[]): Partial<RunRequest> => {
  const plans = phases.map((rows, at) => {
    const name = `phase-${at + 1}`
    writeFileSync(join(bed.folder, `${name}.jsonl`), rows.map(row => `${JSON.stringify({ steps: [row] })}\n`).join(''))
    return { name, plan: { ...planOfSteps(), source: jsonl<{ readonly steps: Steps }>({ from: `${name}.jsonl` }) } }
  })
  return { plan: plans as never }
}

t.test('phases are stopped by what they take away together, also when the run is resumed', async t => {
  const people = await users(20)
  const half = people.length / 2
  const most = Math.floor((await bed.graph.count('/users')) * 0.05)
  const disable = people.map((user): OperationRow => ({ kind: 'disable-user', value: { user } }))
  const phases = inPhases(disable.slice(0, half), disable.slice(half))
  const braked = {
    code: 'TOO_MANY_REMOVALS',
    message: `This run would disable ${people.length} users, ${half} of them earlier, and the limit is ${most}. Nothing more was sent.`,
  }
  const sent = () => bed.graph.usage().writes
  const before = sent()
  await t.rejects(bed.send([], { request: phases }), braked)
  const [info] = await bed.store.list()
  const run = info!.id
  t.strictSame(
    await bed.resultsOf(run),
    Array.from({ length: half }, () => 'done'),
  )
  const afterFirst = sent()
  t.equal(afterFirst - before, half)
  await t.rejects(bed.change({}, { ...phases, resume: run }), braked)
  t.equal(sent(), afterFirst)
  await bed.change({ maxRemovals: people.length }, { ...phases, resume: run })
  t.strictSame(
    await bed.resultsOf(run),
    Array.from({ length: people.length }, () => 'done'),
  )
})

t.test('a limit that one phase was given is that of the later ones, in a process that resumes the run', async t => {
  const people = await users(20)
  const disable = people.map((user): OperationRow => ({ kind: 'disable-user', value: { user } }))
  const phases = inPhases(disable.slice(0, -1), disable.slice(-1))
  const { run } = await bed.send([], { request: phases, maxRemovals: people.length, mostChanges: people.length - 1 })
  t.match(await bed.change({}, { ...phases, resume: run }), { end: 'done' })
  t.strictSame(
    await bed.resultsOf(run),
    Array.from({ length: people.length }, () => 'done'),
  )
})

t.test('a retry counts what later phases have taken away', async t => {
  const people = await users(20)
  const disable = people.map((user): OperationRow => ({ kind: 'disable-user', value: { user } }))
  const phases = inPhases(disable.slice(0, 1), disable.slice(1))
  const refusing: RunRequest['operations'] = kind => {
    const operation = operations(kind)
    return operation && { ...operation, settle: rows => rows.map(() => ({ outcome: 'failed', code: 'REFUSED' })) }
  }
  const progress = newProgress(0)
  const first: RunRequest['operations'] = kind => (progress.phase === 'phase-1' ? refusing(kind) : operations(kind))
  const { run } = await bed.send([], { request: { ...phases, operations: first, progress } })
  t.strictSame((await bed.resultsOf(run)).toSorted(), [...disable.slice(1).map(() => 'done'), 'failed REFUSED'])
  // The refused account was disabled all the same: the retry has to do it again.
  await bed.graph.request({ method: 'PATCH', url: `/users/${people[0]!}`, body: { accountEnabled: true } })
  await t.rejects(bed.change({}, { ...phases, resume: run, retry: ['failed'] }), {
    code: 'TOO_MANY_REMOVALS',
    message: new RegExp(`would disable ${people.length} users, ${people.length - 1} of them earlier`),
  })
})

t.test('what a run has removed is still a part of the group that its limit is about', async t => {
  const everybody = (await bed.list<Id>('/users?$select=id&$top=999')).map(({ id }) => id)
  const team = await group([...some, ...everybody.filter(id => !some.includes(id)).slice(0, 240 - some.length)])
  const rows = some
    .slice(0, 12)
    .map((member): OperationRow => ({ kind: 'remove-member', value: { group: team, member } }))
  const { run } = await bed.send(rows, { mostChanges: 6 })
  t.match(await bed.change({}, { resume: run }), { end: 'done' })
  t.strictSame(
    await bed.resultsOf(run),
    Array.from({ length: 12 }, () => 'done'),
  )
})
