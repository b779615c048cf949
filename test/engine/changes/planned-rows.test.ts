import t from 'tap'
import { changeDesk } from '../../cli/change-desk.ts'

t.test(
  'a plan has no generated password: the run that sends it makes one, which is then nowhere in the store',
  async t => {
    const { run, write, textOf, look } = await changeDesk(t)
    write('in.csv', 'displayName,userPrincipalName\nAnn,ann@contoso.com\n')
    const on = ['--tenant', 'sandbox']
    const plan = ['--plan', 'p.jsonl', '--credentials', 'c.csv', '--plain-credentials']
    const dry = await run('users', 'create', ...on, '--from', 'in.csv', '--dry-run', ...plan)
    t.equal(dry.status, 0, dry.stderr)
    t.match(textOf('p.jsonl'), '"generatePassword":true')
    t.notMatch(textOf('p.jsonl'), 'passwordProfile')
    const applied = await run('apply', 'p.jsonl', ...on, '--yes')
    t.equal(applied.status, 0, applied.stderr)
    const [{ id } = { id: '' }] = await look(store => store.list({ pipeline: 'apply' }))
    t.equal((await run('runs', 'credentials', id, '--to', 'out.csv', '--plain-credentials')).status, 0)
    const password = textOf('out.csv').trim().split(',').at(-1)!
    t.match(password, /^\S{8,}$/)
    const opened = await look(async store => {
      const found: unknown[] = []
      for (const info of await store.list())
        for (const key of [1, 2, 3]) found.push(await store.read(info.id, reader => reader.openSecrets(key, 0)))
      return found
    })
    t.notMatch(JSON.stringify(opened), password)
  },
)
