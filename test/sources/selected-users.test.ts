import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Context, Origin } from '../../src/core/context.ts'
import type { Fields, Json } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { sourceContract } from '../../src/contracts/source.ts'
import { readAll } from '../../src/core/read-all.ts'
import { selectedUsers, type SelectedUsersOptions } from '../../src/sources/selected-users.ts'
import { openSorter } from '../../src/store/sorter.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'
import { sandboxGraph } from './sandbox-graph.ts'

const client = await sandboxGraph(t)
const folder = t.testdir()

const idsOf = async (url: string): Promise<readonly string[]> => {
  const ids: string[] = []
  for await (const { values } of client.pages<{ readonly id: string }>(url, {
    headers: { ConsistencyLevel: 'eventual' },
  }))
    ids.push(...values.map(({ id }) => id))
  return ids
}

const rows = (values: readonly Fields[]): Source<Fields> => ({
  kind: 'people.csv',
  async *read() {
    yield { rows: values.map((value, at) => ({ key: at + 2, value })) }
  },
})

const read = async (options: SelectedUsersOptions) => {
  const { ctx, results, origins } = partContext('/')
  const told: Json[] = []
  const own = Object.create(ctx, {
    graph: { value: client },
    store: { value: { sorter: () => openSorter(mkdtempSync(join(folder, 'sort-'))) } },
    tell: { value: async (_: string, value: Json) => void told.push(value) },
  }) as Context
  const source = selectedUsers(options)
  await source.check?.(own)
  const found: { key: unknown; value: Fields }[] = []
  for await (const page of readAll(source, own)) found.push(...page.rows)
  return { rows: found, ids: found.map(({ value }) => String(value['id'])), results, origins, told }
}

const all = await idsOf('/users?$select=id&$top=999')
const names = await (async () => {
  const found = new Map<string, string>()
  for await (const { values } of client.pages<{ id: string; userPrincipalName: string }>(
    '/users?$select=id,userPrincipalName&$top=999',
  ))
    for (const { id, userPrincipalName } of values) found.set(id, userPrincipalName)
  return found
})()
const group = await (async () => {
  for (const id of await idsOf('/groups?$select=id&$top=50')) {
    const members = await idsOf(`/groups/${id}/members/microsoft.graph.user?$select=id&$count=true&$top=999`)
    if (members.length > 20 && members.length < all.length) return { id, members }
  }
  throw new Error('no group fits')
})()
const e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
const withE5 = await idsOf(`/users?$select=id&$top=999&$filter=assignedLicenses/any(l:l/skuId eq ${e5})`)
const department = String(
  (
    await client.request<{ value: { department: string }[] }>({
      method: 'GET',
      url: `/users?$select=department&$top=1&$filter=accountEnabled eq true`,
    })
  ).body.value[0]!.department,
)
const inDepartment = await idsOf(
  `/users?$select=id&$top=999&$filter=department eq '${department.replaceAll("'", "''")}'`,
)
const filter = `department eq '${department.replaceAll("'", "''")}'`

t.test('it keeps the contract of a source', t =>
  keeps(
    t,
    sourceContract({
      make: () => selectedUsers({ first: { group: group.id }, then: [{ how: 'also', filter }] }),
      graph: client,
      comesWhole: true,
    }),
  ),
)

t.test('each way of choosing users selects exactly them, and tells their number', async t => {
  const byGroup = await read({ first: { group: group.id } })
  t.strictSame(byGroup.ids.toSorted(), group.members.toSorted())
  const told = {
    how: 'first',
    term: `members of ${group.id}`,
    users: group.members.length,
    selected: group.members.length,
  }
  t.strictSame(byGroup.told, [[told]])
  t.strictSame(byGroup.origins as readonly Origin[], [
    { note: `Selected ${group.members.length} users (members of ${group.id}: ${group.members.length}).` },
  ])
  t.strictSame((await read({ first: { filter } })).ids.toSorted(), inDepartment.toSorted())
  t.strictSame((await read({ first: { has: ['Microsoft 365 E5'] } })).ids.toSorted(), withE5.toSorted())
  const without = (await read({ first: { without: ['spe_e5'] } })).ids
  t.strictSame(without.toSorted(), all.filter(id => !withE5.includes(id)).toSorted())
  const licensed = (await read({ first: { filter: 'assignedLicenses/any()' } })).ids
  t.ok(licensed.length > withE5.length && licensed.length < all.length)
})

t.test('a list, and ids on the command line, are selected in their order', async t => {
  const some = [all[7]!, all[2]!, all[5]!]
  t.strictSame((await read({ first: { ids: some } })).ids, some)
  t.strictSame((await read({ first: { ids: some.map(id => names.get(id)!) } })).ids, some)
})

t.test('rows of a list keep their columns, their keys and their repetitions', async t => {
  const [a, b, c] = all.slice(0, 3) as [string, string, string]
  const list = [
    { UserPrincipalName: names.get(b)!.toUpperCase(), LicenseSKU: 'SPE_E3' },
    { UserPrincipalName: names.get(a)!, LicenseSKU: 'SPE_E5' },
    { UserPrincipalName: b, LicenseSKU: 'POWER_BI_PRO' },
  ]
  const { rows: found, told } = await read({ first: { from: rows(list) }, then: [{ how: 'also', ids: [c, a] }] })
  t.strictSame(found, [
    { key: 2, value: { ...list[0], id: b } },
    { key: 3, value: { ...list[1], id: a } },
    { key: 4, value: { ...list[2], id: b } },
    { key: c, value: { id: c } },
  ])
  t.match(told, [
    [
      { users: 2, selected: 2 },
      { how: 'also', term: '2 names', users: 2, selected: 3 },
    ],
  ])
  const only = await read({ first: { from: rows(list) }, then: [{ how: 'only', ids: [b] }] })
  t.strictSame(
    only.rows.map(({ key }) => key),
    [2, 4],
  )
})

t.test('terms are joined, intersected and subtracted one after the other, in the order of the first', async t => {
  const { ids, told } = await read({
    first: { group: group.id },
    then: [
      { how: 'also', has: ['SPE_E5'] },
      { how: 'only', filter: 'accountEnabled eq true' },
      { how: 'except', filter },
    ],
  })
  const enabled = new Set(await idsOf('/users?$select=id&$top=999&$filter=accountEnabled eq true'))
  const joined = [...group.members, ...withE5.filter(id => !group.members.includes(id))]
  const wanted = joined.filter(id => enabled.has(id) && !inDepartment.includes(id))
  t.strictSame(ids.toSorted(), wanted.toSorted())
  const place = new Map(group.members.map((id, at) => [id, at]))
  const places = ids.map(id => place.get(id) ?? Infinity)
  t.strictSame(
    places,
    places.toSorted((a, b) => (a === b ? 0 : a - b)),
    'members of the group come first, in its order',
  )
  t.match(told, [
    [
      { selected: group.members.length },
      { users: withE5.length, selected: joined.length },
      { users: enabled.size },
      { how: 'except', users: inDepartment.length, selected: wanted.length },
    ],
  ])
})

t.test('a name that is not found fails its row, but if it should be left out, nobody is selected', async t => {
  const nobody = 'nobody@contoso.com'
  const { ids, results } = await read({ first: { ids: [all[0]!, nobody] } })
  t.strictSame(ids, [all[0]])
  t.match(results, [{ outcome: 'failed', code: 'OBJECT_NOT_FOUND', target: nobody }])
  await t.rejects(read({ first: { filter }, then: [{ how: 'except', ids: [all[0]!, nobody] }] }), {
    code: 'OBJECT_UNKNOWN',
    message: `1 of the users to leave out (2 names) was not found: ${nobody}. Nobody is selected.`,
  })
})

t.test('users to leave out who may not be complete stop the selection, and others do not', async t => {
  const doubtful: Source<Fields> = {
    ...rows([{ id: all[0]! }]),
    async *read(ctx) {
      ctx.origin({ completeness: 'short', why: 'the export was short' })
      yield { rows: [{ key: 1, value: { id: all[0]! } }] }
    },
  }
  await t.rejects(read({ first: { filter }, then: [{ how: 'except', from: doubtful }] }), {
    code: 'INPUT_INCOMPLETE',
    message: /The users to leave out \(people\.csv\) may not be complete: the export was short\. Nobody is selected\./,
  })
  const { ids, origins } = await read({ first: { from: doubtful } })
  t.strictSame(ids, [all[0]])
  t.match(origins, [{ completeness: 'short' }, { note: /^Selected 1 user \(/ }])
})

t.test('groups and products that are not found, or wrong filters, stop before anything is read', async t => {
  await t.rejects(read({ first: { group: 'No such group' } }), { code: 'GROUP_UNKNOWN' })
  await t.rejects(read({ first: { has: ['SPE_E55'] } }), { code: 'SKU_UNKNOWN' })
  await t.rejects(read({ first: { filter }, then: [{ how: 'except', without: ['Microsoft 365 F1'] }] }), {
    code: 'SKU_AMBIGUOUS',
  })
  t.throws(() => selectedUsers({ first: { filter: 'depratment eq 1' } }), { code: 'PROPERTY_UNKNOWN' })
})

t.test('a term chooses users in one way, with options that exist', async t => {
  const wrong =
    (first: object, then: readonly object[] = []) =>
    () =>
      selectedUsers({ first, then } as unknown as SelectedUsersOptions)
  const refused = { code: 'OPTION_INVALID' }
  t.throws(wrong({ group: 'a', filter }), { ...refused, message: /chooses users by group and filter\./ })
  t.throws(wrong({ grup: 'a' }), { ...refused, message: /has no option grup/ })
  t.throws(wrong({}), refused)
  t.throws(wrong({ transitive: true }), { ...refused, message: /needs from, group, .*, and has only transitive\./ })
  t.throws(wrong({ ids: [] }), refused)
  t.throws(wrong({ has: 'SPE_E5' }), refused)
  t.throws(wrong({ filter }, [{ group: 'a' }]), { ...refused, message: /needs how: also, only or except/ })
})
