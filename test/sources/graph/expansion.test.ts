import t from 'tap'
import { devices } from '../../../src/sources/devices.ts'
import { graph } from '../../../src/sources/graph.ts'
import { groups } from '../../../src/sources/groups.ts'
import { users } from '../../../src/sources/users.ts'
import { graphScene, readPages } from '../graph-context.ts'

const owners = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `owner-${at}` }))
const expand = 'registeredOwners($select=id)'
const twenty = (rest: string) => ({
  completeness: 'unverified',
  why: `Graph returned 20 registeredOwners of b${rest}. This is the maximum of $expand, so some may be missing`,
})

t.test('members, owners and memberOf are errors that name the command to list them all', async t => {
  for (const [make, command] of [
    [() => groups({ expand: 'members' }), 'entrapipe export members --group <id or name>'],
    [
      () => groups({ expand: 'transitiveMembers($select=id)' }),
      'entrapipe export members --group <id or name> --transitive',
    ],
    [() => groups({ expand: 'owners($select=id)' }), 'entrapipe export graph /groups/<id>/owners'],
    [() => users({ expand: 'memberOf' }), 'entrapipe export graph /users/<id>/memberOf'],
    [
      () => graph({ path: '/devices', expand: 'transitiveMemberOf' }),
      'entrapipe export graph /devices/<id>/transitiveMemberOf',
    ],
    [
      () => graph({ path: '/groups', expand: 'x($expand=y($select=z),w), members' }),
      'entrapipe export members --group <id or name>',
    ],
  ] as const)
    t.throws(make, { code: 'OPTION_INVALID', fix: `Use \`${command}\` to list all of them.` })
  t.doesNotThrow(() => users({ expand: 'manager($select=id)' }))
})

t.test('a listing with an expanded relation of the maximum length is unverified, and names the object', async t => {
  const values = [
    { id: 'a', registeredOwners: owners(19) },
    { id: 'b', registeredOwners: owners(20) },
    { id: 'c', registeredOwners: owners(20) },
    { id: 'd', registeredOwners: [] },
  ]
  const { ctx, origins } = graphScene({ pages: [{ values }] })
  await readPages(devices({ expand }), ctx)
  t.strictSame(origins, [twenty(' and of other objects')])
  const none = graphScene({ pages: [{ values: [{ id: 'a', registeredOwners: owners(19), manager: { id: 'x' } }] }] })
  await readPages(devices({ expand }), none.ctx)
  t.strictSame(none.origins, [])
})

t.test('a relation with its own link is truncated, and the maximum of registered devices is 100', async t => {
  const linked = { id: 'b', directReports: owners(3), 'directReports@odata.nextLink': 'https://graph/next' }
  const { ctx, origins } = graphScene({ pages: [{ values: [linked] }] })
  await readPages(users({ expand: 'directReports' }), ctx)
  t.match(origins, [{ completeness: 'unverified', why: /directReports of b/ }])
  for (const [count, found] of [
    [20, 0],
    [100, 1],
  ] as const) {
    const scene = graphScene({ pages: [{ values: [{ id: 'b', registeredDevices: owners(count) }] }] })
    await readPages(users({ expand: 'registeredDevices' }), scene.ctx)
    t.equal(scene.origins.length, found)
  }
})

t.test('a resumed listing keeps the findings of the first process', async t => {
  const pages = [
    { values: [{ id: 'b', registeredOwners: owners(20) }], next: '/devices?2', safe: '/devices?2' },
    { values: [{ id: 'c', registeredOwners: owners(20) }] },
  ]
  const { ctx } = graphScene({ pages })
  const [first] = await readPages(devices({ expand }), ctx)
  t.strictSame(first?.position, {
    link: '/devices?2',
    full: { first: 'b', relation: 'registeredOwners' },
  })
  const again = graphScene({ pages: [{ values: [{ id: 'd', registeredOwners: [] }] }] })
  await readPages(devices({ expand }), again.ctx, first!.position)
  t.strictSame(again.origins.at(-1), twenty(''))
})

t.test('an expansion in an advanced query is an error', async t => {
  for (const more of [{ advanced: true }, { filter: "department ne 'x'" }, { search: '"displayName:a"' }])
    t.throws(() => users({ expand: 'manager', ...more }), {
      code: 'OPTION_INVALID',
      message: /\$expand.*advanced query/,
    })
  t.doesNotThrow(() => users({ expand: 'manager', filter: "department eq 'x'" }))
})

t.test('an expansion must be one relation of the type', async t => {
  t.throws(() => users({ expand: 'manger' }), {
    code: 'PROPERTY_UNKNOWN',
    message: "'manger' is not a relation of user. Did you mean 'manager'?",
  })
  t.throws(() => users({ expand: 'manager,directReports' }), { code: 'OPTION_INVALID' })
})
