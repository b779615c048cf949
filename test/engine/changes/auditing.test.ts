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
  return {
    ...bed,
    /** The store, as it is for a process that dies before it can append entries of these events. */
    without: (...events: readonly string[]) => ({
      ...bed.store,
      budget: bed.store.budget,
      audit: {
        ...bed.store.audit,
        async append(entries: readonly AuditEntry[]) {
          if (entries.some(({ event }) => events.includes(event as string))) throw new Error('the process has died')
          return bed.store.audit.append(entries)
        },
      },
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
