import { pipeline, plan, text } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { users } from 'entrapipe/sources/users'
import { filter } from 'entrapipe/transforms/filter'

interface Person {
  readonly [property: string]: unknown
  readonly id: string
  readonly department: string | null
}

/** In one file what `export users … | filter … | members remove` does. Who is no member is reported as unchanged. */
export default pipeline({
  summary: 'Removes the disabled people of one department from a group.',
  params: { group: text('id or name of the group'), department: text('as in the directory') },
  make: ({ group, department }) =>
    plan({
      source: users<Person>({ select: ['id', 'department'], filter: 'accountEnabled eq false' }),
      transforms: [filter(person => person.department === department)],
      sink: graph(({ id }: Person) => ({ kind: 'remove-member', value: { group, member: id } })),
    }),
})
