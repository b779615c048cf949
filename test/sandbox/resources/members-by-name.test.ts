import t from 'tap'
import { eventual } from './ask.ts'
import { groupBed } from './group-bed.ts'
import { mutate } from '../mutate.ts'

const bed = groupBed()
const { directory, ask } = bed
const everyone = directory
  .collection('group')
  .slice({ order: 'default', view: 'direct', where: one => one['displayName'] === 'All Company' }, 1, ['id']).ids[0]!
const path = `/groups/${everyone}/members/microsoft.graph.user`

/** The names of members that a filter finds, by pages of a size. */
const found = async (filter: string, top = 7): Promise<readonly string[]> => {
  const names: string[] = []
  const query = `$filter=${encodeURIComponent(filter)}&$select=userPrincipalName&$count=true&$top=${top}`
  for (let url: string | undefined = `${path}?${query}`; url;) {
    const { body } = await ask(url, eventual)
    names.push(...body.value.map((one: { userPrincipalName: string }) => one.userPrincipalName))
    url = body['@odata.nextLink']
  }
  const counted = await ask(`${path}/$count?$filter=${encodeURIComponent(filter)}`, eventual)
  if (Number(counted.body) !== names.length) throw new Error(`${names.length} found, ${counted.body} counted`)
  return names
}
/** The same, by looking at each member. */
const expected = (has: (name: string) => boolean): readonly string[] =>
  bed
    .related(everyone, 'members')
    .map(id => String(directory.collection('user').get(id)!['userPrincipalName']))
    .filter(name => has(name.toLowerCase()))
    .toSorted()

const all = bed
  .related(everyone, 'members')
  .map(id => String(directory.collection('user').get(id)!['userPrincipalName']))
const one = all[10]!

const filters: readonly (readonly [string, (name: string) => boolean])[] = [
  ["startsWith(userPrincipalName,'a')", name => name.startsWith('a')],
  ["startsWith(userPrincipalName,'A') or startsWith(userPrincipalName,'s') or startsWith(userPrincipalName,'AL')", name => /^[as]/.test(name)], // prettier-ignore
  [
    `startsWith(userPrincipalName,'zzz') or userPrincipalName eq '${one.toUpperCase()}'`,
    name => name === one.toLowerCase(),
  ],
  [`startsWith(userPrincipalName,'${one}') or userPrincipalName eq '${one}'`, name => name === one.toLowerCase()],
  ["startsWith(userPrincipalName,'a') and not(startsWith(userPrincipalName,'al'))", name => /^a[^l]/.test(name)],
  ["startsWith(userPrincipalName,'a') and endsWith(userPrincipalName,'com')", name => /^a.*com$/.test(name)],
  ["not(startsWith(userPrincipalName,'a'))", name => !name.startsWith('a')],
  ["userPrincipalName ge 'B' and userPrincipalName le 'd'", name => /^[bc]/.test(name)],
  ["not(startsWith(userPrincipalName,'a') or startsWith(userPrincipalName,'s'))", name => /^[^as]/.test(name)], // prettier-ignore
]

t.test('filters by the beginning of a name find the members that a look at each finds, in pages', async t => {
  for (const [filter, has] of filters) {
    t.strictSame((await found(filter)).toSorted(), expected(has), filter)
    t.strictSame((await found(filter, 999)).toSorted(), expected(has), filter)
  }
  t.ok(expected(name => name.startsWith('a')).length > 14)
})

t.test('they show what has changed, and in a view that lags what it shows', async t => {
  const [filter, has] = filters[0]!
  const before = await found(filter)
  const [gone, renamed] = before
  const users = directory.collection('user')
  const idOf = (name: string): string => users.find('userPrincipalName', name)!.id
  mutate(directory, { do: 'delete', kind: 'user', id: idOf(gone!) })
  mutate(directory, { do: 'update', kind: 'user', id: idOf(renamed!), values: { userPrincipalName: `0${renamed}` } })
  const after = await found(filter)
  t.strictSame(after.toSorted(), expected(has))
  t.equal(after.length, before.length - 2)

  directory.setLag('index', 60_000)
  const third = after[2]!
  mutate(directory, { do: 'delete', kind: 'user', id: idOf(third) })
  t.ok((await found(filter)).includes(third))
  bed.clock.move(60_000)
  t.notOk((await found(filter)).includes(third))
})

t.test('a listing goes on after a change in between, without a member lost', async t => {
  directory.setLag('index', 0)
  const [filter] = filters[0]!
  const before = await found(filter)
  const query = `$filter=${encodeURIComponent(filter)}&$select=userPrincipalName&$count=true&$top=5`
  const first = await ask(`${path}?${query}`, eventual)
  const names: string[] = first.body.value.map((one: { userPrincipalName: string }) => one.userPrincipalName)
  mutate(directory, {
    do: 'delete',
    kind: 'user',
    id: directory.collection('user').find('userPrincipalName', names[4]!)!.id,
  })
  directory.setLag('index', 60_000)
  for (let url = first.body['@odata.nextLink']; url;) {
    const { body } = await ask(url, eventual)
    names.push(...body.value.map((one: { userPrincipalName: string }) => one.userPrincipalName))
    url = body['@odata.nextLink']
  }
  t.strictSame(names.toSorted(), before.toSorted())
})
