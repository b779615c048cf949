import { pipeline, plan, text } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { devices } from 'entrapipe/sources/devices'
import { preset } from 'entrapipe/transforms/preset'

const portal = preset('devices', 'portal-devices')

export default pipeline({
  summary: 'All devices with their owners, with the 17 columns of the portal’s own download, to a CSV file.',
  params: { to: text('file to write', { default: 'out/devices.csv' }) },
  make: ({ to }) =>
    plan({ source: devices(portal.listing), transforms: [portal.layout], sink: csv({ to, ...portal.header }) }),
})
