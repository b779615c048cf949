import { rmSync } from 'node:fs'
import t from 'tap'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { openBed } from './bed.ts'

const users = 6_000
const bed = await openBed(t, { users })
const desk = bed.desk()

t.test(
  'an export with faults on about every tenth page, killed and resumed, gives the file of an undisturbed run',
  async t => {
    const to = 'users.csv.gz'
    const args = [
      ...['export', 'users', '--preset', 'script-users', '--page-size', '100', '--checkpoint-rows', '500', '--to', to],
    ]
    const undisturbed = await desk.run(args)
    t.equal(undisturbed.status, 0, undisturbed.stderr)
    const wanted = desk.bytes(to)
    rmSync(desk.path(to))
    const match = 'GET /users'
    const struck = await bed.faults(
      { match, fault: 'duplicatedPage', every: 7 },
      { match, fault: '503', retryAfter: 0.01, every: 9 },
      { match, fault: 'emptyPage', every: 11 },
      { match, fault: 'truncatedJson', every: 31 },
      { match, fault: 'expiredPageToken', nth: 40 },
    )
    await killOften(t, { desk, args, to, wanted, next: random('faults'), kills: 5 })
    t.ok(
      (await struck()).every(times => times > 0),
      'every fault has struck',
    )
    const { completeness, counts } = desk.manifest(to)
    t.match({ completeness, counts }, { completeness: 'complete', counts: { read: users, written: users } })
    t.ok(counts.repeated > 0, `${counts.repeated} repeated rows`)
  },
)
