import { flag, pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { members } from 'entrapipe/sources/members'
import { preset } from 'entrapipe/transforms/preset'

const portal = preset('members', 'portal-members')

export default pipeline({
  summary: 'The members of one group, to a CSV file.',
  params: {
    group: text('id or display name of the group'),
    transitive: flag('also the members of groups inside it'),
    to: text('file to write', { default: 'out/members.csv' }),
  },
  make: ({ group, transitive, to }) =>
    plan({
      source: members({ group, transitive, ...portal.listing }),
      transforms: [portal.layout],
      sink: csv({ to, ...portal.header }),
    }),
})
