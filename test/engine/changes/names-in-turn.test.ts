import t, { type Test } from 'tap'
import { sandboxBed } from './sandbox-bed.ts'

/** A sandbox with the users a, b, c and d, and rows that rename them: `a>b` gives the name b to a. */
const renames = async (t: Test, rows: readonly string[]) => {
  const bed = await sandboxBed(t, [], { users: 100 })
  const upn = (name: string): string => `turn.${name}@${bed.sandbox.domain}`
  const ids: string[] = []
  for (const name of ['a', 'b', 'c', 'd']) {
    const body = {
      userPrincipalName: upn(name),
      displayName: name,
      mailNickname: name,
      accountEnabled: true,
      passwordProfile: { password: 'Quiet-Harbour-71' },
    }
    ids.push((await bed.graph.request<{ readonly id: string }>({ method: 'POST', url: '/users', body })).body.id)
  }
  bed.input(
    rows.map(row => {
      const [user, newUserPrincipalName] = row.split('>').map(upn) as [string, string]
      return [{ kind: 'update-user', value: { user, newUserPrincipalName } }]
    }),
  )
  return {
    ...bed,
    /** The names of the four users in their order. */
    names: async () => {
      const found: string[] = []
      for (const id of ids) {
        const { body } = await bed.graph.request<{ readonly userPrincipalName: string }>({
          method: 'GET',
          url: `/users/${id}?$select=userPrincipalName`,
        })
        found.push(/^turn\.(.+)@/i.exec(body.userPrincipalName)![1]!)
      }
      return found.join(' ')
    },
    messages: (run: string) =>
      bed.store.read(run, async reader =>
        (await reader.readRows({ limit: 100 })).map(({ result: { key, outcome, message, fix } }) =>
          [key, outcome, ...(message === undefined ? [] : [message, fix])].join(' '),
        ),
      ),
  }
}

t.test('a chain of renames does not wait for the lag of the directory: a name is free at once', async t => {
  const bed = await renames(t, ['a>b', 'b>c', 'c>e'])
  // If one of them waited for it, this test would exceed its time.
  const { run } = await bed.change({ lagBoundMs: 600_000 })
  t.strictSame(
    (await bed.rowsOf(run)).map(([, , result]) => result),
    ['done', 'done', 'done'],
  )
})

t.test('a chain of renames succeeds in any order of the lines, also if each run sends one row', async t => {
  for (const rows of [
    ['a>b', 'b>c', 'c>e'],
    ['c>e', 'b>c', 'a>b'],
    ['b>c', 'a>B', 'c>e'],
  ]) {
    const bed = await renames(t, rows)
    const { run } = await bed.change()
    t.strictSame(
      (await bed.rowsOf(run)).map(([, , result]) => result),
      ['done', 'done', 'done'],
      rows.join(),
    )
    t.match(await bed.names(), /^b c e d$/i)
  }
  const bed = await renames(t, ['a>b', 'b>c', 'c>e'])
  const first = await bed.change({ mostChanges: 1 })
  t.equal(await bed.names(), 'a b e d')
  await bed.change({ mostChanges: 1 }, { resume: first.run })
  t.equal(await bed.names(), 'a c e d')
  await bed.change({}, { resume: first.run })
  t.equal(await bed.names(), 'b c e d')
})

t.test('lines that exchange names fail unsent, and so do those that wait for them; the others are sent', async t => {
  const bed = await renames(t, ['a>b', 'b>a', 'd>x', 'c>d'])
  const { run } = await bed.change({
    async confirm({ send, removals }) {
      t.strictSame(send, { 'update-user': 2 })
      t.match(removals, [{ what: 'rename', count: 2 }])
    },
  })
  const circle =
    'failed Lines 1 and 2 exchange names. A name can only be taken once it is free, so none of them was sent. In a first run, give one of the objects a temporary name. Then run these lines again, and name that object by its id.'
  t.strictSame(await bed.messages(run), [`1 ${circle}`, `2 ${circle}`, '3 done', '4 done'])
  t.equal(await bed.names(), 'a b d x')
  const held = await renames(t, ['a>b', 'b>c', 'c>b', 'd>a'])
  const ended = await held.change()
  const [chained, , , tail] = await held.messages(ended.run)
  t.match(chained, /^1 failed Lines 1 and 3 give the same name to different objects/)
  t.equal(
    tail,
    '4 failed It takes a name that only line 1 frees, which is not sent. Correct line 1, and run both lines again.',
  )
  t.equal(await held.names(), 'a b c d')
})
