import t from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import type { Mutation } from '../../../src/sandbox/directory/types.ts'
import { contestedBed } from './contested-bed.ts'

const role = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const [early, late] = ['2040-01-31T00:00:00Z', '2041-01-31T00:00:00Z']
const change = (kind: 'assign' | 'unassign', principal: string, until?: string): OperationRow => ({
  kind: `${kind}-eligible-role`,
  value: { role, principal, ...(until !== undefined && { until }) },
})

/** Somebody else makes this change just before the first request of a change. */
const bedOf = async (theirs?: (principal: string) => Mutation) => {
  let moves: readonly Mutation[] = []
  const bed = await contestedBed(t, path => {
    if (!path.includes('roleEligibilityScheduleRequests')) return []
    const now = moves
    moves = []
    return now
  })
  const principal = bed.create({
    do: 'create',
    kind: 'user',
    values: { userPrincipalName: `ann@${bed.directory.domain}`, displayName: 'Ann', mailNickname: 'ann' },
  })
  if (theirs) moves = [theirs(principal)]
  const ends = () =>
    bed.directory
      .assignments({ family: 'eligibleRoles' })
      .filter(one => one.principal.id === principal)
      .map(({ values }) => values['scheduleInfo'] as { readonly expiration: { readonly endDateTime: string } })
      .map(({ expiration }) => expiration.endDateTime)
  return { ...bed, principal, ends }
}

const theirsUntil =
  (endDateTime: string) =>
  (id: string): Mutation => ({
    do: 'assign',
    kind: 'user',
    id,
    family: 'eligibleRoles',
    of: role,
    within: '/',
    values: {
      scheduleInfo: {
        startDateTime: '2026-01-01T00:00:00Z',
        recurrence: null,
        expiration: { type: 'afterDateTime', endDateTime, duration: null },
      },
    },
  })

for (const [theirs, outcome, code] of [
  [early, 'unchanged', undefined],
  [late, 'failed', 'END_DIFFERS'],
] as const)
  t.test(`what somebody else makes eligible until ${theirs} meanwhile is ${outcome}`, async t => {
    const bed = await bedOf(theirsUntil(theirs))
    bed.rows([change('assign', bed.principal, early)])
    const { run } = await bed.change({ lagBoundMs: 1 })
    t.strictSame(await bed.results(run), [{ key: 1, outcome, code }])
    t.strictSame(bed.ends(), [theirs])
  })

t.test(
  'an eligible assignment gets another end by an unassignment between, and not by a second assignment',
  async t => {
    const bed = await bedOf()
    const { principal } = bed
    bed.rows([change('assign', principal, early), change('unassign', principal), change('assign', principal, late)])
    const { run } = await bed.change({ lagBoundMs: 1 })
    t.strictSame(
      (await bed.results(run)).map(({ outcome }) => outcome),
      ['done', 'done', 'done'],
    )
    t.strictSame(bed.ends(), [late])
    bed.rows([change('unassign', principal), change('assign', principal, early), change('assign', principal, late)])
    const rivals = await bed.change({ lagBoundMs: 1 })
    t.strictSame(
      (await bed.results(rivals.run)).map(({ code }) => code),
      ['ROWS_CONFLICT', 'ROWS_CONFLICT', 'ROWS_CONFLICT'],
    )
    t.strictSame(bed.ends(), [late])
  },
)
