import t from 'tap'
import { pageIn, placeAfter, placeIn } from '../../../src/sandbox/resources/place.ts'
import { asker, eventual, type Asked } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

const list = (...ids: string[]) => ids.map(id => ({ id }))

t.test('an unchanged list continues where it stopped', async t => {
  const all = list('a', 'b', 'c', 'd', 'e')
  const first = pageIn(all, 2, undefined)
  const second = pageIn(all, 2, first.cursor)
  const third = pageIn(all, 2, second.cursor)
  t.strictSame([first.items, second.items, third.items], [list('a', 'b'), list('c', 'd'), list('e')])
  t.equal(third.cursor, undefined)
})

t.test('whatever was deleted, no remaining object is skipped', async t => {
  const all = list(...'abcdefghijklmnop')
  const place = placeAfter(all, 10)
  for (let gone = 0; gone < 1 << 12; gone += 7) {
    const left = all.filter((_, at) => (gone & (1 << at)) === 0)
    const rest = left.slice(placeIn(left, place)).map(({ id }) => id)
    for (const { id } of left.filter(({ id }) => id > 'j')) if (!rest.includes(id)) t.fail(`${id} of ${gone}`)
  }
  t.strictSame(
    placeIn(list('x', ...'abcdefghijklmnop'), place),
    11,
    'objects added before the position make no difference',
  )
})

const ids = ({ body }: Asked): readonly string[] => body.value.map((one: { id: string }) => one.id)
const some = Array.from({ length: 12 }, (_, at) => guid(at + 1))

for (const [what, path] of Object.entries({
  'members in an order': (id: string) =>
    `/groups/${id}/members/microsoft.graph.user?$orderby=displayName&$count=true&$top=4`,
  'transitive members': (id: string) => `/groups/${id}/transitiveMembers/microsoft.graph.user?$count=true&$top=4`,
  'objects by their ids': () => `/users?$filter=id in (${some.map(id => `'${id}'`).join(',')})&$count=true&$top=4`,
}))
  t.test(
    `${what}: who is there all the time is in one of the pages, although others are deleted meanwhile`,
    async t => {
      const { directory, groups } = smallTenant()
      const ask = asker(directory)
      const first = await ask(path(groups.all.id), eventual)
      const before = ids(first)
      t.equal(before.length, 4)
      for (const id of before.slice(0, 3)) mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
      const seen = [...before]
      for (let link = first.body['@odata.nextLink']; link;) {
        const reply = await ask(link, eventual)
        seen.push(...ids(reply))
        link = reply.body['@odata.nextLink']
      }
      t.strictSame(
        some.filter(id => !seen.includes(id)),
        [],
      )
    },
  )
