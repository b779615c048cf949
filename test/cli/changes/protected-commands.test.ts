import t from 'tap'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

t.test('undo, apply, resume and retry send nothing for what the configuration protects meanwhile', async t => {
  const desk = await changeDesk(t)
  const { run, write } = desk
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile, caFile } = await desk.connection()
  const protect = (users: readonly string[]): void =>
    write(
      'entrapipe.config.json',
      JSON.stringify({
        tenants: {
          contoso: {
            ...{ tenantId, clientId, graphUrl: baseUrl, authorityUrl, caFile, lagBound: 0, protect: { users } },
            credential: { kind: 'secret', secret: { file: secretFile } },
          },
        },
      }),
    )
  protect([])
  const names = ['ann', 'bob', 'cleo'].map(name => `${name}@contoso.com`)
  const on = ['--tenant', 'contoso', '--json']
  const yes = [...on, '--yes']
  write('new.csv', `displayName,userPrincipalName,password\n${names.map(n => `N,${n},Quiet-Harbour-71\n`).join('')}`)
  const created = summaryOf(await run('users', 'create', ...yes, '--from', 'new.csv')).run
  write('users.csv', `userPrincipalName\n${names.join('\n')}\n`)
  const disable = ['users', 'disable', '--from', 'users.csv']
  await run(...disable, ...on, '--plan', 'plan.jsonl')
  const begun = summaryOf(await run(...disable, ...yes, '--limit', '1')).run
  await desk.writes()

  protect(names)
  /** What a command says of each row, and the writes that arrived. */
  const told = async (...argv: readonly string[]) => {
    const { run: id, summary } = summaryOf(await run(...argv))
    await run('runs', 'results', id, '--outcome', 'failed', '--to', 'failed.jsonl')
    const failed = desk.rowsOf('failed.jsonl')
    return {
      counts: summary.counts,
      codes: [...new Set(failed.map(({ code }) => code))],
      why: [...new Set(failed.map(({ message }) => String(message).replace(/[0-9a-f-]{36}/, 'ID')))],
      writes: await desk.writes(),
    }
  }
  const refused = {
    codes: ['PROTECTED'],
    why: ['The object ID is protected: the configuration protects it. Nothing was sent.'],
    writes: {},
  }
  t.match(
    await told('runs', 'resume', begun, ...yes.slice(2)),
    { ...refused, counts: { done: 1, failed: 2 } },
    'resume',
  )
  t.match(await told('runs', 'retry', begun, ...yes.slice(2)), { ...refused, counts: { done: 1, failed: 2 } }, 'retry')
  t.match(await told('apply', 'plan.jsonl', ...yes), { ...refused, counts: { unchanged: 1, failed: 2 } }, 'apply')
  // The first of them was disabled since.
  const undone = await told('runs', 'undo', created, ...yes.slice(2))
  t.match(undone, { counts: { done: 0, failed: 3 }, writes: {} }, 'undo')
  t.strictSame([...undone.codes].sort(), ['CHANGED_SINCE', 'PROTECTED'])
})
