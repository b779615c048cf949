import { inputFile, pipeline, plan } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { csv } from 'entrapipe/sources/csv'

interface Membership {
  readonly [column: string]: string
  readonly group: string
  readonly member: string
}

/** Adds members to many groups. Graph takes up to 20 of one group in a request; rows of a group need not be together. */
export default pipeline({
  summary: 'Adds the member in each row to the group in the row.',
  params: { from: inputFile('CSV file with the columns group and member, each an id or a name') },
  make: ({ from }) =>
    plan({
      source: csv<Membership>({ from, columns: ['group', 'member'] }),
      sink: graph(({ group, member }: Membership) => ({ kind: 'add-member', value: { group, member } })),
    }),
})
