import { day, pipeline, plan, text } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { deletedUsers } from 'entrapipe/sources/deleted-users'
import { filter } from 'entrapipe/transforms/filter'

interface Deleted {
  readonly [property: string]: unknown
  readonly id: string
  readonly department: string | null
}

/** Restores users with their memberships and licences. A day counts in UTC. */
export default pipeline({
  summary: 'Restores the users of one department that were deleted on a day or later.',
  params: { since: day('a day such as 2026-01-31'), department: text('as in the directory') },
  make: ({ since, department }) =>
    plan({
      source: deletedUsers<Deleted>({ select: ['id', 'department'], filter: `deletedDateTime ge ${since}` }),
      transforms: [filter(person => person.department === department)],
      sink: graph(({ id }: Deleted) => ({ kind: 'restore-user', value: { user: id } })),
    }),
})
