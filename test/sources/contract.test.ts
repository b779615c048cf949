import t from 'tap'
import type { Source } from '../../src/core/parts.ts'
import { sourceContract } from '../../src/contracts/source.ts'
import { applications } from '../../src/sources/applications.ts'
import { deletedApplications } from '../../src/sources/deleted-applications.ts'
import { deletedGroups } from '../../src/sources/deleted-groups.ts'
import { deletedServicePrincipals } from '../../src/sources/deleted-service-principals.ts'
import { deletedUsers } from '../../src/sources/deleted-users.ts'
import { devices } from '../../src/sources/devices.ts'
import { graph } from '../../src/sources/graph.ts'
import { groups } from '../../src/sources/groups.ts'
import { members } from '../../src/sources/members.ts'
import { servicePrincipals } from '../../src/sources/service-principals.ts'
import { skus } from '../../src/sources/skus.ts'
import { users } from '../../src/sources/users.ts'
import { keeps } from '../contracts/keeps.ts'
import { sandboxGraph } from './sandbox-graph.ts'

const client = await sandboxGraph(t)
const largest = await (async () => {
  const { body } = await client.request<{ value: { id: string }[] }>({ method: 'GET', url: '/groups?$top=1' })
  return body.value[0]!.id
})()

// The bin of a small directory has one group.
for (const displayName of ['Old team', 'Older team']) {
  const value = { displayName, mailEnabled: true, mailNickname: displayName.replace(' ', ''), securityEnabled: false }
  const { body } = await client.request<{ id: string }>({
    method: 'POST',
    url: '/groups',
    body: { ...value, groupTypes: ['Unified'] },
  })
  await client.request({ method: 'DELETE', url: `/groups/${body.id}` })
}

// With an application goes its service principal.
const { body: old } = await client.request<{ value: { id: string }[] }>({ method: 'GET', url: '/applications?$top=3' })
for (const { id } of old.value) await client.request({ method: 'DELETE', url: `/applications/${id}` })

// Small pages: a contract wants several.
const listings: Readonly<Record<string, () => Source<unknown>>> = {
  users: () => users({ select: ['id', 'displayName', 'employeeOrgData/division'], top: 60 }),
  groups: () => groups({ top: 10 }),
  devices: () => devices({ select: ['id', 'displayName'], top: 20 }),
  'deleted-users': () => deletedUsers({ top: 1 }),
  'deleted-groups': () => deletedGroups({ top: 1 }),
  'deleted-applications': () => deletedApplications({ top: 1 }),
  'deleted-service-principals': () => deletedServicePrincipals({ top: 1 }),
  applications: () => applications({ top: 2 }),
  'service-principals': () => servicePrincipals({ top: 2 }),
  members: () => members({ group: largest, top: 3 }),
  graph: () => graph({ path: '/users', top: 70 }),
}

for (const [name, make] of Object.entries(listings))
  t.test(`${name} keeps the contract of a source`, t => keeps(t, sourceContract({ make, graph: client })))

t.test('skus, which have no pages, keep the contract of a source', t =>
  keeps(t, sourceContract({ make: () => skus(), graph: client, comesWhole: true })),
)
