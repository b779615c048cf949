import t from 'tap'
import { skuOf } from '../licensing/products.ts'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

for (const deletedLicences of ['held', 'freed'] as const)
  t.test(
    `the undo of a removal that is short of units sends nothing, or with --until-seats what there are units for (${deletedLicences})`,
    async t => {
      const desk = await changeDesk(
        t,
        {},
        {
          users: 200,
          tls: false,
          knobs: { deletedLicences },
          licences: {
            skus: [
              { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
              { sku: 'VISIOCLIENT', enabled: 4 },
            ],
            withoutUsageLocation: 0,
          },
        },
      )
      const everybody = await desk.people('id,userPrincipalName,userType,onPremisesSyncEnabled')
      // Who holds a role is protected.
      const holders = new Set(
        desk.rowsOf(await desk.exported('role-assignments')).map(({ principalId }) => principalId),
      )
      const users = everybody
        .filter(
          user => user['userType'] === 'Member' && user['onPremisesSyncEnabled'] !== true && !holders.has(user['id']),
        )
        .slice(-5)
      const names = users.map(user => String(user['userPrincipalName']))
      const [ann, bob, cleo, dan, eve] = names as [string, string, string, string, string]
      const visio = (verb: string, who: readonly string[], ...flags: readonly string[]) =>
        desk.change(
          ['licenses', verb],
          `userPrincipalName\n${who.map(name => `${name}\n`).join('')}`,
          ...['--sku', 'VISIOCLIENT', '--json', ...flags],
        )
      const visioUsers = async (): Promise<readonly string[]> => {
        const now = await desk.people('userPrincipalName,assignedLicenses')
        return now
          .filter(user =>
            (user['assignedLicenses'] as readonly Line[]).some(one => one['skuId'] === skuOf('VISIOCLIENT')),
          )
          .map(user => String(user['userPrincipalName']))
          .filter(name => names.includes(name))
          .sort()
      }
      t.equal((await visio('assign', [ann, bob, cleo, dan])).status, 0)
      const removed = await visio('remove', [ann, bob])
      t.equal(removed.status, 0, removed.stderr)
      // Who is deleted keeps the unit for 30 days, or frees it at once.
      const deleted = await desk.change(['users', 'delete'], `userPrincipalName\n${dan}\n`, '--json')
      t.equal(deleted.status, 0, deleted.stderr)
      t.equal((await visio('assign', [eve])).status, 0)
      const { run } = summaryOf(removed)
      const undo = (...flags: readonly string[]) => desk.run('runs', 'undo', run, '--yes', '--json', ...flags)
      if (deletedLicences === 'freed') {
        const undone = await undo()
        t.match([undone.status, summaryOf(undone).summary.counts], [0, { done: 2 }], undone.stderr)
        t.strictSame(await visioUsers(), [ann, bob, cleo, eve].sort(), 'the unit of the deleted user is free')
        return
      }
      await desk.writes()
      const short = await undo()
      t.match(
        [short.status, short.stderr],
        [5, /Seats of Visio Plan 2 \(VISIOCLIENT\): 2 needed, 1 free, short by 1\. Nothing was sent\./],
      )
      t.match(short.stderr, /--until-seats/)
      t.strictSame(await desk.writes(), {})
      const undone = await undo('--until-seats')
      t.match([undone.status, summaryOf(undone).summary.counts], [3, { done: 1, skipped: 1 }], undone.stderr)
      const results = await desk.run('runs', 'results', summaryOf(undone).run, '--outcome', 'skipped')
      t.match(JSON.parse(results.stdout.split('\n')[0]!), { code: 'SEATS_SHORT', message: /are short by 1: / })
      // Last change first.
      t.strictSame(await visioUsers(), [bob, cleo, eve].sort())
    },
  )

t.test('--until-seats is refused where a run changed no licences of users', async t => {
  const desk = await changeDesk(t, {}, { users: 100, tls: false })
  const [user] = (await desk.people('id,userPrincipalName,onPremisesSyncEnabled'))
    .filter(user => user['onPremisesSyncEnabled'] !== true)
    .slice(-1)
  const made = await desk.change(['users', 'update'], `id,city\n${String(user!['id'])},Ulm\n`, '--json')
  t.equal(made.status, 0, made.stderr)
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--until-seats')
  t.match([undone.status, undone.stderr], [2, /--until-seats has no effect on the undo of run .*changed no licences/])
})
