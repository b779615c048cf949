import { pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { groups } from 'entrapipe/sources/groups'
import { preset } from 'entrapipe/transforms/preset'

const script = preset('groups', 'script-groups')

export default pipeline({
  summary: 'All groups, with the columns of Microsoft’s documented script, to a CSV file.',
  params: { to: text('file to write', { default: 'out/groups.csv' }) },
  make: ({ to }) =>
    plan({ source: groups(script.listing), transforms: [script.layout], sink: csv({ to, ...script.header }) }),
})
