import t from 'tap'
import { compileFilter } from '../../../src/odata/compile-filter.ts'
import { parseFilter } from '../../../src/odata/parse-filter.ts'
import type { Directory, Entity, Kind } from '../../../src/sandbox/directory/types.ts'
import { scatter } from '../../../src/sandbox/directory/permutation.ts'
import { handClock, small } from '../directory/fixture.ts'
import { mutate } from '../mutate.ts'
import { asker, eventual, type Loose } from './ask.ts'

const beginnings = ['a', 'An', 'anna', 'ANNA.', 'm', 'ma', 'j', 'jo', 'é', 'İ', 'i', 'ł', 'w', 'desktop-', 'sg', 'sales', 'zz', "o'", '#', 'new.', 'moved', '😀'] // prettier-ignore
const listings = [
  { kind: 'user', path: 'users', property: 'userPrincipalName', own: 'accountEnabled eq true' },
  { kind: 'user', path: 'users', property: 'displayName', own: "department eq 'Sales' or department eq 'IT'" },
  { kind: 'group', path: 'groups', property: 'mailNickname', own: 'mailEnabled eq true' },
  { kind: 'group', path: 'groups', property: 'displayName', own: 'securityEnabled eq true' },
  { kind: 'device', path: 'devices', property: 'displayName', own: 'accountEnabled eq true' },
] as const

/** Numbers that look random. */
const numbers = (seed: number) => {
  let last = seed
  return (below: number): number => (last = scatter(last + 0x9e3779b1)) % below
}

/** Filters that divide a listing: beginnings, whole values, what has none, and all others, with or without a filter of the listing's own. */
const divider = (
  property: string,
  own: string,
  values: readonly (string | null)[],
  pick: (below: number) => number,
) => {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const some = (): string => {
    const value = values[pick(values.length)] ?? 'a'
    return pick(2) === 0 ? beginnings[pick(beginnings.length)]! : [...value].slice(0, 1 + pick(4)).join('')
  }
  const starts = (most: number): string =>
    Array.from({ length: 1 + pick(most) }, () => {
      const value = values[pick(values.length)]
      return pick(5) === 0 && value ? `${property} eq ${quoted(value)}` : `startsWith(${property},${quoted(some())})`
    }).join(' or ')
  return (): string => {
    const parts = [
      ...(pick(4) === 0 ? [own.includes(' or ') ? `(${own})` : own] : []),
      ...(pick(3) > 0 ? [`(${starts(9)})`] : []),
      ...Array.from({ length: pick(3) }, () => `not(${starts(5)})`),
      ...(property !== 'userPrincipalName' && pick(6) === 0 ? [`${property} eq null`] : []),
    ]
    return parts.length === 0 ? starts(3) : parts.join(' and ')
  }
}

const disturb = (directory: Directory, kind: Kind, ids: readonly string[], salt: number, steps: number): string[] => {
  const pick = numbers(salt)
  const touched: string[] = []
  const names = ['İsmail', 'ißt', 'Łukasz', '😀 face', "O'Hara", '', 'Anna', 'ANNA.B', 'zz\uffff', null]
  const key = kind === 'group' ? 'mailNickname' : 'userPrincipalName'
  const valuesAt = (step: number) => {
    const name = names[pick(names.length)] ?? null
    const nick = pick(2) === 0 ? `New.${salt}.${step}` : `${name}${salt}.${step}`
    return { displayName: name, ...(kind !== 'device' && { [key]: kind === 'user' ? `${nick}@contoso3.com` : nick }) }
  }
  for (let step = 0; step < steps; step++) {
    const id = ids[pick(ids.length)]!
    const isThere = directory.collection(kind).get(id, 'truth')
    const what = pick(3)
    if (what === 0) mutate(directory, { do: 'create', kind, values: valuesAt(step) }, 'test')
    else if (isThere && what === 1) mutate(directory, { do: 'update', kind, id, values: valuesAt(step) }, 'test')
    else if (isThere) mutate(directory, { do: 'delete', kind, id }, 'test')
    touched.push(id)
  }
  return touched
}

const entitiesOf = (directory: Directory, kind: Kind): readonly Entity[] => {
  const collection = directory.collection(kind)
  const { ids } = collection.slice({ order: 'default', view: 'index' }, 100_000, ['id'])
  return ids.map(id => collection.get(id, 'index')!)
}

for (const { kind, path, property, own } of listings)
  t.test(`${path} by ${property}: what filters of beginnings list and count equals a test of each`, async t => {
    const clock = handClock()
    const directory = small({ clock })
    const ask = asker(directory)
    const pick = numbers(kind.length + property.length)
    for (const state of ['as made', 'changed', 'lagging']) {
      if (state === 'changed') disturb(directory, kind, entitiesOf(directory, kind).map(({ id }) => id), 5, 120) // prettier-ignore
      if (state === 'lagging') {
        directory.setLag('index', 60_000)
        disturb(directory, kind, entitiesOf(directory, kind).map(({ id }) => id), 6, 60) // prettier-ignore
      }
      const all = entitiesOf(directory, kind)
      const filterAt = divider(property, own, all.map(one => one[property] as string | null), pick) // prettier-ignore
      let found = 0
      for (let round = 0; round < 60; round++) {
        const filter = filterAt()
        const expected = all.filter(compileFilter<Entity>(parseFilter(filter))).map(({ id }) => id)
        found += expected.length
        const query = `$filter=${encodeURIComponent(filter)}`
        const counted = await ask(`/${path}/$count?${query}`, eventual)
        const order = pick(4) === 0 ? `&$orderby=displayName${pick(2) === 0 ? ' desc' : ''}` : ''
        const ids: string[] = []
        let count: number | undefined
        for (let url = `/${path}?$select=id&$count=true&$top=${1 + pick(150)}&${query}${order}`; url;) {
          const { body } = await ask(url, eventual)
          if (!body.value) t.fail(`${filter}: ${JSON.stringify(body)}`)
          count ??= body['@odata.count']
          ids.push(...body.value.map((one: Loose) => one.id))
          url = body['@odata.nextLink']
        }
        const want = { counted: String(expected.length), count: expected.length, ids: expected.toSorted() }
        const got = { counted: counted.body, count, ids: ids.toSorted() }
        if (JSON.stringify(got) !== JSON.stringify(want)) t.strictSame(got, want, `${state}: ${filter}`)
      }
      t.ok(found > 500, `${state}: ${found} objects`)
    }
  })

t.test(
  'an object that stays as it is comes once, whatever is created, renamed and deleted between the pages',
  async t => {
    for (const { kind, path, property, own } of listings) {
      const directory = small()
      const ask = asker(directory)
      const pick = numbers(property.length)
      for (let round = 0; round < 12; round++) {
        const all = entitiesOf(directory, kind)
        const filter = divider(property, own, all.map(one => one[property] as string | null), pick)() // prettier-ignore
        const expected = all.filter(compileFilter<Entity>(parseFilter(filter))).map(({ id }) => id)
        const touched = new Set<string>()
        const ids: string[] = []
        let step = 0
        const query = `$select=id&$count=true&$top=${5 + pick(40)}&$filter=${encodeURIComponent(filter)}`
        for (let url = `/${path}?${query}`; url;) {
          const { body } = await ask(url, eventual)
          ids.push(...body.value.map((one: Loose) => one.id))
          url = body['@odata.nextLink']
          for (const id of disturb(directory, kind, all.map(({ id }) => id), round * 1000 + step++, 3)) touched.add(id) // prettier-ignore
        }
        const stayed = expected.filter(id => !touched.has(id))
        const old = new Set(all.map(({ id }) => id))
        const got = ids.filter(id => old.has(id) && !touched.has(id))
        t.strictSame(got.toSorted(), stayed.toSorted(), `${path}: ${filter}`)
      }
    }
  },
)
