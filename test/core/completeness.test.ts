import t from 'tap'
import { judge } from '../../src/core/completeness.ts'

type Evidence = Parameters<typeof judge>[0]

const evidence = (more: Partial<Evidence>): Evidence => ({
  read: 100,
  limited: false,
  live: true,
  before: 100,
  after: 100,
  drift: undefined,
  upstream: undefined,
  ...more,
})
const drift = (created: number, deleted: number): NonNullable<Evidence['drift']> => ({
  created,
  deleted,
  changed: 0,
  objects: [],
})

/** Changes of which it is known what was read. */
const known = (
  changes: Partial<NonNullable<Evidence['drift']>>,
  read: Partial<NonNullable<NonNullable<Evidence['drift']>['evidence']>>,
): NonNullable<Evidence['drift']> => ({
  ...drift(0, 0),
  ...changes,
  evidence: { readCreated: 0, unreadCreated: 0, unreadChanged: 0, gone: 0, ...read },
})

/** Changes of which it is not known when the objects were created. */
const undated = (created: number, unreadCreated: number): NonNullable<Evidence['drift']> => ({
  ...drift(created, 0),
  evidence: { unreadCreated, unreadChanged: 0, gone: 0 },
})

for (const [sentence, more, completeness] of [
  ['all that was counted was read', {}, 'complete'],
  ['a file that was read to its end is complete without a count', { live: false, before: undefined }, 'complete'],
  ['a listing that a limit ended is complete', { read: 5, limited: true }, 'complete'],
  [
    'a search that a limit ended is as unverified as one that ended by itself',
    { read: 5, limited: true, before: undefined },
    'unverified',
  ],
  ['without a count it is unverified', { before: undefined, after: undefined }, 'unverified'],
  ['what the writer upstream could not verify is unverified', { live: false, upstream: 'unverified' }, 'unverified'],
  ['what drifted while the writer upstream read it has drifted', { live: false, upstream: 'drifted' }, 'drifted'],
  ['what was short upstream is short', { live: false, upstream: 'short' }, 'short'],
  ['what was complete upstream is complete', { live: false, upstream: 'complete' }, 'complete'],
  [
    'what the source itself cannot vouch for is unverified, whatever the counts',
    { upstream: 'unverified' },
    'unverified',
  ],
  ['and ended by a limit it is no better', { read: 5, limited: true, upstream: 'unverified' }, 'unverified'],
  ['but what is missing is missing', { read: 99, upstream: 'unverified' }, 'short'],
  ['between the two counts the directory drifted', { read: 103, after: 105 }, 'drifted'],
  ['as many as were counted before, and more counted after: drifted', { after: 105 }, 'drifted'],
  ['as many as were counted after, and fewer counted before: drifted', { read: 105, after: 105 }, 'drifted'],
  ['as many as were counted before, and fewer counted after: drifted', { after: 95 }, 'drifted'],
  ['less than both counts is short', { read: 99 }, 'short'],
  ['less than both is drifted when as many were deleted', { read: 99, drift: drift(1, 1) }, 'drifted'],
  ['less than what the deleted ones explain is short', { read: 90, drift: drift(5, 5) }, 'short'],
  ['more than both counts is drifted: the count lags behind', { read: 101 }, 'drifted'],
  ['equal counts are drifted when what came and what went cancel out', { drift: drift(1, 1) }, 'drifted'],
  ['equal counts are complete when nothing was created or deleted', { drift: drift(0, 0) }, 'complete'],
  ['nothing read where something is counted is short', { read: 0 }, 'short'],
  [
    'what was created meanwhile and read does not stand for what is missing',
    { read: 105, after: 115, drift: known({ created: 15 }, { readCreated: 15 }) },
    'short',
  ],
  [
    'what was deleted before it was read is not missing',
    { read: 95, after: 95, drift: known({ deleted: 5 }, { gone: 5 }) },
    'drifted',
  ],
  [
    'what was deleted after it was read does not stand for what is missing',
    { read: 99, after: 90, drift: known({ deleted: 10 }, {}) },
    'short',
  ],
  [
    'what came or changed too late to be read is not missing',
    { read: 97, after: 102, drift: known({ created: 2, changed: 3 }, { unreadCreated: 2, unreadChanged: 3 }) },
    'drifted',
  ],
  ['what was renamed and read leaves the reading drifted', { drift: known({ changed: 4 }, {}) }, 'drifted'],
  [
    'without times of creation, what was created and read does not stand for what is missing',
    { read: 110, after: 160, drift: undated(60, 0) },
    'short',
  ],
  [
    'without times of creation, what was not read at the end is not missing',
    { read: 97, after: 102, drift: undated(5, 5) },
    'drifted',
  ],
  [
    'what left the listing of a filter is not missing',
    { read: 96, after: 96, drift: known({}, { gone: 4 }) },
    'drifted',
  ],
  [
    'after a lag at the start, what exists at the end is still expected',
    { read: 99, before: 90, after: 100, drift: known({}, {}) },
    'short',
  ],
] as const)
  t.test(sentence, t => {
    const judged = judge(evidence(more))
    t.equal(judged.completeness, completeness)
    t.equal('why' in judged, completeness !== 'complete')
    t.end()
  })

t.test('one row is written in the singular', t => {
  t.equal(
    judge(evidence({ read: 1, before: 2, after: 2 })).why,
    '1 row was read, but 2 were counted before and after: 1 or more are missing, or were deleted so shortly before that they still count',
  )
  t.match(judge(evidence({ read: 3, before: 1, after: 1 })).why, /^3 rows were read and 1 was counted before and after/)
  t.end()
})

t.test('an excess is reported with its size, and only real changes are reported as changes', t => {
  const why = (more: Partial<Evidence>): string | undefined => judge(evidence(more)).why
  t.equal(
    why({ read: 105 }),
    '105 rows were read and 100 were counted before and after: the count lags behind the listing, by 5 or more',
  )
  t.equal(
    why({ read: 105, drift: drift(2, 0) }),
    '105 rows were read and 100 were counted before and after: the directory changed meanwhile (2 created), and the count lags behind the listing, by 3 or more',
  )
  t.equal(
    why({ read: 102, drift: drift(2, 0) }),
    '102 rows were read and 100 were counted before and after: the directory changed meanwhile (2 created)',
  )
  t.end()
})
