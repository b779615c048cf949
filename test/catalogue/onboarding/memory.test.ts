import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { following, memoryOf, remembered } from '../../../src/catalogue/onboarding/memory.ts'
import { mustBeUnique } from '../../../src/operations/users/unique.ts'

t.test('a person with a name that was never created beside the real one is found by the real one', async t => {
  const sql = new DatabaseSync(':memory:')
  t.teardown(() => sql.close())
  let isNew = true
  const ctx = {
    run: 'r1',
    lasting(_: string, tables: readonly string[]) {
      if (isNew) for (const table of tables) sql.exec(table)
      isNew = false
      return { sql, write: (work: () => unknown) => work() }
    },
  } as never
  const creates = (userPrincipalName: string) => ({
    key: userPrincipalName,
    row: { kind: 'create-user', value: { userPrincipalName, employeeId: 'C1', [mustBeUnique]: ['employeeId'] } },
  })
  const follower = following(ctx)
  follower.sending([creates('ann2@contoso.com'), creates('ann@contoso.com')] as never)
  follower.settling([
    { ...creates('ann2@contoso.com'), outcome: 'unknown' },
    { ...creates('ann@contoso.com'), outcome: 'done', id: 'the-id' },
  ] as never)
  t.strictSame(
    remembered(memoryOf(ctx))
      .matching('employeeId', 'c1')
      .map(({ upn, id }) => [upn, id]),
    [
      ['ann@contoso.com', 'the-id'],
      ['ann2@contoso.com', null],
    ],
  )
})
