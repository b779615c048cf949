import t from 'tap'
import { groupLicenceBed } from './group-license-bed.ts'

const bed = await groupLicenceBed(t)
const visio = ['--sku', 'VISIOCLIENT'] as const
const licenses = async (verb: string, users: readonly string[], ...flags: readonly string[]) => {
  bed.write('results.jsonl', '')
  const ran = await bed.run(
    ...['licenses', verb, '--tenant', 'sandbox', '--json', '--results', 'results.jsonl'],
    ...[...users.flatMap(user => ['--id', user]), ...visio, ...flags],
  )
  return { ...ran, results: bed.rowsOf('results.jsonl') }
}

for (const [setting, short, heldAfter, removal] of [
  ['held', 1, 'direct', 'done'],
  ['freed', 0, '', 'unchanged'],
] as const)
  t.test(
    `where deleted users have their licences ${setting}, preview, run and undo count the units as Graph does`,
    async t => {
      await bed.control('PUT', '/knobs', { deletedLicences: setting })
      await bed.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: 2 })
      const [gone, stays, third, fourth] = bed.users(4) as [string, string, string, string]
      const made = await licenses('assign', [gone, stays], '--yes')
      t.match([made.status, bed.summaryOf(made).summary.counts], [0, { done: 2 }], made.stderr)
      await bed.graph('DELETE', `/users/${gone}`)

      const dry = await licenses('assign', [third], '--dry-run')
      t.match(JSON.parse(dry.stdout), { impact: { products: [{ skuPartNumber: 'VISIOCLIENT', short }] } })

      bed.write('undone.jsonl', '')
      const run = bed.summaryOf(made).run
      await bed.run('runs', 'undo', run, '--yes', '--json', '--results', 'undone.jsonl')
      const undone = new Map(bed.rowsOf('undone.jsonl').map(row => [row['id'] ?? row['user'], row['outcome']]))
      t.equal(undone.get(stays), 'done')
      t.not(undone.get(gone), 'done')
      t.strictSame(await bed.held([stays], 'VISIOCLIENT'), [''])

      // One unit is left where the deleted user holds its own, and two where it does not.
      const others = setting === 'held' ? [third] : [third, fourth]
      const full = await licenses('assign', others, '--yes')
      t.match([full.status, await bed.used('VISIOCLIENT')], [0, 2], full.stderr)
      await bed.graph('POST', `/directory/deletedItems/${gone}/restore`)
      t.strictSame(await bed.held([gone], 'VISIOCLIENT'), [heldAfter])
      const removed = await licenses('remove', [gone, ...others], '--yes', '--include-privileged')
      const { outcome } = removed.results.find(({ id }) => id === gone)!
      t.equal(outcome, removal, removed.stderr)
      t.equal(await bed.used('VISIOCLIENT'), 0)
    },
  )
