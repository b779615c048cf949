import t from 'tap'
import type { AuditEntry } from '../../../src/store/audit-line.ts'
import { sandboxBed } from './sandbox-bed.ts'

const create = (name: string) => [
  {
    kind: 'create-user',
    value: {
      userPrincipalName: `${name}@contoso.com`,
      displayName: name,
      passwordProfile: { password: 'Quiet-Harbour-71' },
    },
  },
]

const given = async (t: Parameters<typeof sandboxBed>[0]) => {
  const bed = await sandboxBed(t, [create('ann'), create('bob')])
  /** The store, with something done before entries are appended. */
  const storeWith = (before: (entries: readonly AuditEntry[]) => void) => ({
    ...bed.store,
    budget: bed.store.budget,
    audit: {
      ...bed.store.audit,
      async append(entries: readonly AuditEntry[]) {
        before(entries)
        return bed.store.audit.append(entries)
      },
    },
  })
  return {
    ...bed,
    storeWith,
    /** The store, as it is for a process that dies before it can append entries of these events. */
    without: (...events: readonly string[]) =>
      storeWith(entries => {
        if (entries.some(({ event }) => events.includes(event as string))) throw new Error('the process has died')
      }),
    async events() {
      const found: unknown[] = []
      for await (const lines of bed.store.audit.lines()) found.push(...lines.map(({ entry }) => entry['event']))
      return found
    },
  }
}

t.test('nothing is sent if the audit log cannot have it', async t => {
  const bed = await given(t)
  await t.rejects(bed.change({}, { store: bed.without('started') }), { message: 'the process has died' })
  t.equal(bed.graph.usage().writes, 0)
  t.strictSame(await bed.events(), [])
})

t.test('what a process that died had sent is in the log once its run is resumed', async t => {
  const bed = await given(t)
  await t.rejects(bed.change({}, { store: bed.without('change', 'ended') }))
  t.strictSame(await bed.events(), ['started'])
  const [info] = await bed.store.list()
  t.match(await bed.change({}, { resume: info!.id }), { end: 'done', manifest: { counts: { done: 2 } } })
  t.strictSame(await bed.events(), ['started', 'change', 'change', 'resumed', 'ended'])
})

t.test('a run with a dry run before it is in the log once, and a retry appends only what it changed', async t => {
  const bed = await given(t)
  await bed.change({ dryRun: true })
  t.strictSame(await bed.events(), [])
  const { run } = await bed.change()
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.strictSame(await bed.events(), ['started', 'change', 'change', 'ended', 'retried', 'ended'])
})

t.test('changes are appended while the run is still in progress', async t => {
  const bed = await given(t)
  const members = (await bed.ids('/users?$select=id&$top=999')).slice(0, 270)
  const groups: string[] = []
  for (const mailNickname of ['one', 'two', 'three', 'four', 'five']) {
    const body = { displayName: mailNickname, mailEnabled: false, mailNickname, securityEnabled: true }
    groups.push((await bed.graph.request<{ id: string }>({ method: 'POST', url: '/groups', body })).body.id)
  }
  bed.input(groups.flatMap(group => members.map(member => [{ kind: 'add-member', value: { group, member } }] as const)))
  // The group of a lost reply waits for an hour: the run ends only if somebody ends it.
  await bed.control('PUT', '/faults', [{ fault: 'lostReply', match: 'PATCH /groups/*', nth: 1 }])
  const stopped = new AbortController()
  const store = bed.storeWith(entries => {
    if (entries.some(({ event }) => event === 'change')) stopped.abort(new Error('stopped'))
  })
  await t.rejects(bed.change({ lagBoundMs: 3_600_000 }, { store, signal: stopped.signal }), { message: 'stopped' })
  const events = await bed.events()
  const { done } = await bed.store.read((await bed.store.list())[0]!.id, async run => run.countResults())
  t.ok(done >= 1000)
  t.strictSame(events, ['started', ...Array<string>(done).fill('change'), 'ended'])
})
