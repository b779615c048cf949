import t from 'tap'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import { previewLines, type Previewed } from '../../../src/cli/changes/preview-lines.ts'
import { summaryLines, summaryOf } from '../../../src/cli/changes/summary.ts'
import { noOutcomes } from '../../../src/core/result.ts'
import type { Json } from '../../../src/core/json.ts'
import { skuOf } from '../../licensing/products.ts'
import { sampleImpact } from '../../licensing/impact/sample-impact.ts'

const operations = await loadOperations()
const previewed = (send: Readonly<Record<string, number>>, more: Partial<Previewed> = {}): Previewed => ({
  tenant: { name: 'contoso', id: 'an id' },
  organization: undefined,
  preview: {
    ...{
      send,
      final: {},
      writes: 2,
      requests: 5,
      removals: [],
      units: [],
      notable: {},
      remarks: {},
      samples: [],
      waits: {},
      unchecked: [],
      stops: [],
      notes: [],
      impacts: [],
    },
  },
  outcomes: noOutcomes,
  conflicts: 0,
  mastered: 0,
  knownConflicts: 0,
  estimate: { requests: 5, writes: 2, seconds: 0 },
  operations,
  ...more,
})

t.test('a preview says what deletion and restoration mean for seats, mailboxes and names', t => {
  for (const [kind, says] of [
    [
      'delete-user',
      /free the seats of their licences.* mailboxes can be restored for 30 days, unless .* proxyAddresses/,
    ],
    [
      'restore-user',
      /need free seats.* user principal name was taken meanwhile fails.* mailbox .* more than 30 days ago/,
    ],
    ['purge-user', /with their mailboxes, cannot be restored/],
    ['disable-user', /cannot sign in\. They keep their licences, mailboxes and memberships/],
    ['delete-group', /licences that it assigns\. A group in the recycle bin can be restored for 30 days/],
    ['remove-member', /lose what the group grants/],
  ] as const) {
    const meant = previewLines(previewed({ [kind]: 2 })).filter(line => says.test(line))
    t.equal(meant.length, 1, kind)
  }
  t.notMatch(previewLines(previewed({ 'update-user': 2 })).join('\n'), /30 days|seats/)
  t.end()
})

t.test('a preview counts the rows that Active Directory must change', t => {
  const lines = (mastered: number) => previewLines(previewed({ 'update-user': 2 }, { mastered })).join('\n')
  t.match(lines(2), /\n {2}2 rows fail: Active Directory masters what they change\n/)
  t.match(lines(1), /\n {2}1 row fails: Active Directory masters what it changes\n/)
  t.notMatch(lines(0), /Active Directory/)
  t.end()
})

t.test('the number of known conflicts is shown once: in the table of an impact, if there is one', t => {
  const given = previewed({ 'assign-license': 2 }, { knownConflicts: 7 })
  const impact = sampleImpact(1) as unknown as Json
  const shown = previewLines({ ...given, preview: { ...given.preview, impacts: [impact] } })
  const of = (lines: readonly string[]): readonly string[] => lines.filter(line => /conflicts known/i.test(line))
  t.match(of(previewLines(given)), [/conflicts known: 7/])
  t.match(of(shown), [/^Conflicts known /])
  t.equal(of(shown).length, 1)
  const both = previewLines({ ...given, preview: { ...given.preview, impacts: [impact, impact] } })
  t.equal(of(both).length, 2)
  t.match(both.join('\n'), /change 1 of 2, counted as if the others were not made:[^]*change 2 of 2/)
  t.end()
})

t.test('an example names a user and a product, not their ids', t => {
  const id = '0f1e2d3c-0000-4000-8000-00000000000a'
  const given = previewed({ 'remove-license': 1 })
  const value = { user: id, sku: skuOf('SPE_E3') }
  const operation = operations('remove-license')!
  const sample = {
    operation: 'remove-license',
    about: operation.about(value),
    subject: operation.subject!(value),
    names: operation.named!(value),
    detail: operation.detail!(value)!,
  }
  const shown = (key: string | number, names: ReadonlyMap<string, string>): string =>
    previewLines({ ...given, preview: { ...given.preview, samples: [{ key, ...sample }] } }, names).find(line =>
      line.includes('Remove licences: '),
    )!
  const named = new Map([[id, 'ann@contoso.com']])
  t.equal(shown(3, named), '  line 3: Remove licences: ann@contoso.com, Microsoft 365 E3 (SPE_E3)')
  t.equal(shown(id, named), '  ann@contoso.com: Remove licences: Microsoft 365 E3 (SPE_E3)')
  t.equal(shown(3, new Map()), `  line 3: Remove licences: ${id}, Microsoft 365 E3 (SPE_E3)`)
  t.end()
})

t.test("a summary has the portal's words and numbers", t => {
  const counts = { rows: 9, done: 3, unchanged: 1, waiting: 0, skipped: 1, failed: 2, unknown: 1, pending: 1 }
  const ended = { run: 'r', tenant: 'contoso' }
  t.strictSame(summaryLines(summaryOf({ ...ended, counts })), [
    'Failed (NotAllRowsSuccessfullyProcessed): # Success 4, # Failure 4, Total Requests 9',
    '9 rows: 3 done, 1 unchanged, 1 skipped, 2 failed, 1 unknown, 1 pending; tenant contoso, run r',
  ])
  const good = { ...noOutcomes, rows: 2, done: 2, pending: 0 }
  t.strictSame(summaryLines(summaryOf({ ...ended, counts: good })), [
    'Succeeded: # Success 2, # Failure 0, Total Requests 2',
    '2 rows: 2 done; tenant contoso, run r',
  ])
  t.match(summaryLines(summaryOf({ ...ended, counts: good, error: 'TOO_MANY_REMOVALS' })), [
    'Failed (TOO_MANY_REMOVALS): # Success 2, # Failure 0, Total Requests 2',
  ])
  t.end()
})

t.test('a preview names groups that lose members, and says what becoming dynamic means', t => {
  const of = '1cabe5a4-0000-4000-8000-00000000abcd'
  const given = previewed({ 'remove-member': 2 })
  const removals = [{ what: 'remove', changes: 'group', of, path: `/groups/${of}/members`, count: 2 }] as const
  const lines = previewLines({ ...given, preview: { ...given.preview, removals } }, new Map([[of, 'Sales Team']]))
  t.ok(lines.includes(`This removes 2 members of the group ${of} (Sales Team).`), lines.join('\n'))
  const changed = previewed({ 'update-group': 1 })
  const dynamic = previewLines({ ...changed, preview: { ...changed.preview, final: { 'update-group': 1 } } }).join('\n')
  t.match(
    dynamic,
    /\nGroups that become dynamic lose all their members: .*\nUpdate groups: 1 change cannot be undone\.\n/,
  )
  t.notMatch(previewLines(changed).join('\n'), /dynamic/)
  t.end()
})

t.test("a dry run has no numbers of the portal's requests beside its own", t => {
  const counts = { ...noOutcomes, rows: 3, pending: 3 }
  const dry = summaryOf({ run: 'r', tenant: 'contoso', counts, estimate: { requests: 5, writes: 1, seconds: 0 } })
  t.strictSame(summaryLines(dry), ['Dry run: 3 rows: 3 to be sent; tenant contoso, run r'])
  const one = previewLines(previewed({ 'update-user': 1 }, { estimate: { requests: 5, writes: 1, seconds: 0 } }))
  t.equal(one.at(-1), "5 requests to Graph, 1 of them a write, within the tenant's write quota.")
  t.end()
})

t.test('disabled users are not said to keep what the same run takes from them', t => {
  const says = (...kinds: readonly string[]): string =>
    previewLines(previewed(Object.fromEntries(['disable-user', ...kinds].map(kind => [kind, 1])))).find(line =>
      line.startsWith('Disabled users'),
    )!
  t.equal(says(), 'Disabled users cannot sign in. They keep their licences, mailboxes and memberships.')
  t.equal(says('remove-license'), 'Disabled users cannot sign in. They keep their memberships.')
  t.equal(says('remove-member'), 'Disabled users cannot sign in.')
  t.equal(says('delete-user'), 'Disabled users cannot sign in.')
  t.end()
})
