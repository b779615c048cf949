import t from 'tap'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import { sandboxBed } from '../engine/changes/sandbox-bed.ts'
import { operations } from '../engine/changes/steps-plan.ts'

t.test('a pass whose value was lost with its reply is replaced, also if the run stopped in between', async t => {
  const bed = await sandboxBed(t, [])
  await giveAppRole(bed.sandbox, 'User Administrator')
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Member'&$top=20")).slice(0, 2)
  bed.input(users.map(user => [{ kind: 'create-access-pass', value: { user } }]))
  const passes = (user: string) => `/users/${user}/authentication/temporaryAccessPassMethods`
  await bed.control('PUT', '/faults', [{ fault: 'lostReply', match: `POST ${passes('*')}`, nth: 1 }])
  const stopped = new AbortController()
  let run = ''
  /** Stops the run once it has decided that a row is sent again. */
  const stopping = (kind: string) => {
    const operation = operations(kind)!
    return {
      ...operation,
      async decide(...of: Parameters<typeof operation.decide>) {
        const decided = await operation.decide(...of)
        stopped.abort(new Error('stopped'))
        return decided
      },
    }
  }
  await t.rejects(
    bed.change(
      {},
      {
        operations: stopping,
        signal: stopped.signal,
        onEvent: event => {
          if (event.event === 'started') run = event.run
        },
      },
    ),
    /stopped/,
  )
  await bed.control('DELETE', '/faults')
  const rows = await bed.store.read(run, reader => reader.phase('main').ledger().entries({ limit: 10 }))
  t.match(
    rows.filter(({ lost }) => lost),
    [{ state: 'pending' }],
    'one was lost, and is to be sent again',
  )
  // The question looks at the rows, too.
  await bed.change({ confirm: async () => undefined }, { resume: run })
  t.strictSame(
    (await bed.rowsOf(run)).map(([, , outcome, code]) => [outcome, code]),
    [
      ['done', undefined],
      ['done', undefined],
    ],
  )
  for (const user of users) t.equal((await bed.ids(passes(user))).length, 1, 'nobody has two')
})
