import t from 'tap'
import type { Fields } from '../../../src/core/json.ts'
import type { OperationRow } from '../../../src/core/operation.ts'
import type { Changing, RunRequest } from '../../../src/engine/run-request.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { undo } from '../../../src/sources/undo.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

const count = 6
interface Person extends Fields {
  readonly name: string
}

/** Creates users, then adds them to a group by their names, which only resolve once they exist. */
const bedOfPhases = async (t: Parameters<typeof sandboxBed>[0]) => {
  const bed = await sandboxBed(t, [])
  const { domain } = bed.sandbox
  const { body } = await bed.graph.request<{ readonly id: string }>({
    method: 'POST',
    url: '/groups',
    body: { displayName: 'Team', mailEnabled: false, mailNickname: 'team', securityEnabled: true },
  })
  bed.input(Array.from({ length: count }, () => []))
  const phase = (name: string, changes: (value: Person & { readonly line: number }) => OperationRow) => {
    let line = 0
    return {
      name,
      plan: {
        source: jsonl<Person>({ from: 'in.jsonl' }),
        sink: graphSink<Person>(value => changes({ ...value, line: (line++ % count) + 1 })),
      },
    }
  }
  const plans = () => [
    phase('create', ({ line }) => ({
      kind: 'create-user',
      value: {
        userPrincipalName: `new${line}@${domain}`,
        displayName: `New ${line}`,
        passwordProfile: { password: `Fresh-start-${line}!` },
      },
    })),
    phase('add', ({ line }) => ({ kind: 'add-member', value: { group: body.id, member: `new${line}@${domain}` } })),
  ]
  const members = async () => (await bed.ids(`/groups/${body.id}/members?$select=id`)).length
  return {
    ...bed,
    members,
    users: async () => (await bed.ids(`/users?$select=id&$filter=startsWith(userPrincipalName,'new')`)).length,
    change: (changing: Partial<Changing> = {}, more: Partial<RunRequest> = {}) =>
      bed.change(changing, { plan: plans() as never, ...more }),
  }
}

t.test('each phase has rows, results and counts of its own', async t => {
  const bed = await bedOfPhases(t)
  const end = await bed.change()
  t.match(end, {
    end: 'done',
    manifest: {
      counts: { read: 2 * count, done: 2 * count },
      phases: [
        { phase: 'create', counts: { read: count, done: count } },
        { phase: 'add', counts: { read: count, done: count } },
      ],
    },
  })
  t.equal(await bed.members(), count)
  const rows = await bed.store.read(end.run, run => run.readRows({ limit: 100 }))
  t.strictSame(
    rows.map(({ result: { phase, key, operation } }) => [phase, key, operation]).sort(),
    ['add', 'create']
      .flatMap(phase =>
        Array.from({ length: count }, (_, at) => [phase, at + 1, phase === 'add' ? 'add-member' : 'create-user']),
      )
      .sort(),
  )
  t.match(await bed.change(), { manifest: { counts: { unchanged: 2 * count } } })
})

t.test('a limit counts the changes of all phases, and a resumed run sends the rest', async t => {
  const bed = await bedOfPhases(t)
  const { run } = await bed.change({ mostChanges: count + 2 })
  t.match(await bed.store.get(run), { status: 'interrupted' })
  t.strictSame([await bed.users(), await bed.members()], [count, 2])
  t.match(await bed.change({ mostChanges: 1 }, { resume: run }), { end: 'pending', changes: { pending: count - 3 } })
  t.equal(await bed.members(), 3)
  t.match(await bed.change({}, { resume: run }), { end: 'done', manifest: { counts: { done: 2 * count } } })
})

t.test('a second phase that was stopped is resumed, and the first one is not repeated', async t => {
  const bed = await bedOfPhases(t)
  const stop = new Error('stopped here')
  const failing = (kind: string) => {
    const operation = operations(kind)
    return operation && kind === 'add-member'
      ? {
          ...operation,
          request: () => {
            throw stop
          },
        }
      : operation
  }
  await t.rejects(bed.change({}, { operations: failing }), stop)
  const { id } = (await bed.store.list())[0]!
  const before = bed.graph.usage().writes
  t.match(await bed.change({}, { resume: id }), { end: 'done', manifest: { counts: { done: 2 * count } } })
  t.equal(bed.graph.usage().writes - before, 1)
})

t.test('a retry sends the failed rows of each phase again', async t => {
  const bed = await bedOfPhases(t)
  const refusing = (kind: string) => {
    const operation = operations(kind)
    return operation && kind === 'create-user'
      ? { ...operation, settle: () => [{ outcome: 'failed' as const, code: 'REFUSED' }] }
      : operation
  }
  const { run } = await bed.change({}, { operations: refusing })
  const { counts } = (await bed.store.get(run)).manifest!
  t.match(counts, { failed: count, done: count })
  const retried = await bed.change({}, { resume: run, retry: ['failed'] })
  t.match(retried, {
    end: 'done',
    manifest: { phases: [{ counts: { unchanged: count } }, { counts: { done: count } }] },
  })
})

t.test('a dry run counts what each phase would send, with what the directory shows now', async t => {
  const bed = await bedOfPhases(t)
  const dry = await bed.change({ dryRun: true })
  t.match(dry, {
    end: 'done',
    changes: { pending: count, preview: { send: { 'create-user': count }, writes: count } },
    manifest: { phases: [{ counts: { failed: 0 } }, { counts: { failed: count } }] },
  })
  t.equal(await bed.users(), 0)
})

t.test('a plan of several phases that change the directory is refused', async t => {
  const bed = await bedOfPhases(t)
  await t.rejects(bed.change({ dryRun: true, planned: async () => '' }), {
    code: 'OPTION_INVALID',
    message: 'A plan has the changes of one phase, and create and add both change the directory.',
  })
})

t.test('phases are undone one by one, the last one first', async t => {
  const bed = await bedOfPhases(t)
  const { run } = await bed.change()
  const undoing = (phase?: string) => ({
    source: undo({ run, ...(phase !== undefined && { phase }) }),
    sink: graphSink(({ steps }: { readonly steps: readonly OperationRow[] }) => steps),
  })
  await t.rejects(bed.change({}, { plan: undoing() as never }), {
    code: 'OPTION_INVALID',
    message: `Run ${run} changed the directory in the phases create, add: they are undone one by one, the last one first.`,
  })
  t.match(
    await bed.change(
      {},
      {
        plan: [
          { name: 'undo-add', plan: undoing('add') },
          { name: 'undo-create', plan: undoing('create') },
        ] as never,
      },
    ),
    { end: 'done', manifest: { counts: { read: 2 * count, done: 2 * count } } },
  )
  t.strictSame([await bed.users(), await bed.members()], [0, 0])
})

/** 30 seconds of lag, a hundred times faster. */
const lagMs = 300
const lag = async (bed: Awaited<ReturnType<typeof bedOfPhases>>): Promise<void> => {
  await bed.control('POST', '/clock', { forwardMs: 1000 })
  for (const view of ['direct', 'index']) await bed.control('PUT', '/lag', { view, ms: lagMs })
}

t.test('a phase waits until the directory shows what an earlier one did', async t => {
  const bed = await bedOfPhases(t)
  await lag(bed)
  t.match(await bed.change({ lagBoundMs: 2 * lagMs }), {
    end: 'done',
    manifest: { counts: { done: 2 * count, failed: 0 } },
  })
})

t.test('two phases that update one object are run and undone under lag', async t => {
  const bed = await bedOfPhases(t)
  const [user] = await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")
  await lag(bed)
  bed.input([[]])
  const updating = (name: string, jobTitle: string) => ({
    name,
    plan: {
      source: jsonl<Person>({ from: 'in.jsonl' }),
      sink: graphSink<Person>(() => ({ kind: 'update-user', value: { user: user!, jobTitle } })),
    },
  })
  const undoing = (run: string, phase: string) => ({
    name: `undo-${phase}`,
    plan: {
      source: undo({ run, phase }),
      sink: graphSink(({ steps }: { readonly steps: readonly OperationRow[] }) => steps),
    },
  })
  const changing = { lagBoundMs: 2 * lagMs }
  const { run, manifest } = await bed.change(changing, {
    plan: [updating('first', 'First'), updating('second', 'Second')] as never,
  })
  t.match(manifest, { counts: { done: 2, failed: 0 } })
  const undone = await bed.change(changing, { plan: [undoing(run, 'second'), undoing(run, 'first')] as never })
  t.match(undone.manifest, { counts: { done: 2, failed: 0 } })
})
