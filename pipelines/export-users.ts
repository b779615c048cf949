import { pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { users } from 'entrapipe/sources/users'
import { preset } from 'entrapipe/transforms/preset'

const portal = preset('users', 'portal-users')

export default pipeline({
  summary: 'All users, with the 25 columns of the portal’s own download, to a CSV file.',
  params: { to: text('file to write', { default: 'out/users.csv' }) },
  make: ({ to }) =>
    plan({ source: users(portal.listing), transforms: [portal.layout], sink: csv({ to, ...portal.header }) }),
})
