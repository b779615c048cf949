import { readFileSync } from 'node:fs'
import t from 'tap'
import { kinds } from '../../../src/sandbox/directory/kinds.ts'
import type { Directory, Kind } from '../../../src/sandbox/directory/types.ts'
import { small } from './fixture.ts'

const types = JSON.parse(readFileSync(new URL('../../../src/data/graph-types.json', import.meta.url), 'utf8'))
const idsOf = (directory: Directory, kind: Kind, limit = 400) =>
  directory.collection(kind).slice({ order: 'default', view: 'direct' }, limit, ['id']).ids

t.test('the JSON of a slice equals the entity in every property, for every kind', async t => {
  const directory = small()
  for (const kind of kinds) {
    const collection = directory.collection(kind)
    const { ids, json } = collection.slice({ order: 'default', view: 'direct' }, 400, collection.properties)
    ids.forEach((id, index) => {
      const entity = collection.get(id)
      if (json[index] !== JSON.stringify(entity)) t.strictSame(JSON.parse(json[index] ?? ''), entity, `${kind} ${id}`)
      if (entity && collection.json(entity, collection.properties) !== json[index]) t.fail(`json of ${kind} ${id}`)
      if (collection.jsonOf(id, collection.properties) !== json[index]) t.fail(`jsonOf of ${kind} ${id}`)
    })
    t.ok(ids.length > 0, `${kind}s exist`)
  }
})

t.test(
  'objects have every structural property of their type, id first, and no property outside the schema',
  async t => {
    const directory = small()
    for (const kind of kinds) {
      const [id = ''] = idsOf(directory, kind)
      const expected = [
        'id',
        'deletedDateTime',
        ...Object.keys(types.entityTypes[kind].properties),
        // In Microsoft's documents, and missing in its schema.
        ...(kind === 'device' ? ['extensionAttributes'] : []),
      ]
      const extensions = new Set(directory.extensions.map(({ name }) => name))
      const found = directory.collection(kind).properties.filter(name => !extensions.has(name))
      t.strictSame(new Set(found), new Set(expected), kind)
      t.equal(Object.keys(directory.collection(kind).get(id) ?? {})[0], 'id')
    }
  },
)

t.test('values have the type of the schema', async t => {
  const directory = small()
  const fits: { readonly [type: string]: (value: unknown) => boolean } = {
    String: value => typeof value === 'string',
    Guid: value => /^[0-9a-f-]{36}$/.test(String(value)),
    Boolean: value => typeof value === 'boolean',
    Int32: value => Number.isInteger(value),
    DateTimeOffset: value => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(value)),
  }
  for (const kind of kinds)
    for (const id of idsOf(directory, kind, 200)) {
      const entity = directory.collection(kind).get(id) ?? { id }
      for (const [name, { type, collection, nullable }] of Object.entries<{
        type: string
        collection?: boolean
        nullable?: boolean
      }>(types.entityTypes[kind].properties)) {
        const value = entity[name]
        if (value === null) {
          if (nullable === false && name !== 'logo') t.fail(`${kind}.${name} is null`)
          continue
        }
        const values = collection ? (value as unknown[]) : [value]
        const complex = types.complexTypes[type]?.properties
        for (const one of values) {
          if (fits[type] && !fits[type](one)) t.fail(`${kind}.${name} is ${JSON.stringify(one)}`)
          if (complex && Object.keys(complex).length > 0)
            for (const member of Object.keys(one as object))
              if (!(member in complex)) t.fail(`${kind}.${name} has ${member}`)
        }
      }
    }
  t.pass()
})

t.test('users resemble those of a company: guests, disabled, synced, unknown dates, extensions', async t => {
  const directory = small({ users: 5000 })
  const collection = directory.collection('user')
  const count = (where: (user: { readonly [name: string]: unknown }) => boolean) =>
    collection.count({ order: 'default', view: 'direct', where })
  const between = (share: number, least: number, most: number, what: string) =>
    t.ok(share >= least * 5000 && share <= most * 5000, `${what}: ${share}`)
  between(
    count(user => user['userType'] === 'Guest'),
    0.04,
    0.08,
    'guests',
  )
  between(
    count(user => user['accountEnabled'] === false),
    0.03,
    0.08,
    'disabled',
  )
  between(
    count(user => user['onPremisesSyncEnabled'] === true),
    0.5,
    0.75,
    'synced',
  )
  between(
    count(user => user['createdDateTime'] === null),
    0.002,
    0.004,
    'without a created date',
  )
  between(
    count(user => user[directory.extensions[0]?.name ?? ''] !== undefined),
    0.3,
    0.6,
    'directory extension',
  )
  between(
    count(user => user['extk9eruy7c_costs'] !== undefined),
    0.05,
    0.2,
    'schema extension',
  )
  t.equal(
    count(user => (user['onPremisesSyncEnabled'] === true) !== (typeof user['onPremisesImmutableId'] === 'string')),
    0,
    'synced users have an immutable id, and no others',
  )
  t.equal(
    count(
      user =>
        user['userType'] === 'Guest' &&
        !/^[^@]+_[^@]+#EXT#@contoso3\.onmicrosoft\.com$/.test(String(user['userPrincipalName'])),
    ),
    0,
    'guests are named after their home domain',
  )
  t.equal(
    count(user => (user['assignedLicenses'] as unknown[]).length > 0 && user['usageLocation'] === null),
    0,
    'no user has a licence without a usage location',
  )
})
