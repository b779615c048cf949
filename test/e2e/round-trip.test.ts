import t from 'tap'
import { changeDesk } from '../cli/change-desk.ts'
import { summaryOf } from '../cli/command-bed.ts'

const desk = await changeDesk(t, {}, { users: 80, tls: false })
const select = 'id,displayName,businessPhones,otherMails,employeeHireDate,employeeOrgData/division,proxyAddresses'

for (const [what, layout, files] of [
  ['users', ['--preset', 'portal-users'], ['x.csv', 'x.jsonl']],
  ['users', ['--preset', 'portal-users', '--excel=;'], ['x.csv']],
  ['users', ['--preset', 'portal-users-29', '--formula-guard', '--bom', '--eol', 'crlf'], ['x.csv.gz']],
  ['users', ['--preset', 'script-users'], ['x.csv']],
  ['users', ['--preset', 'all'], ['x.csv', 'x.jsonl']],
  ['users', ['--select', `${select},onPremisesExtensionAttributes`], ['x.csv', 'x.json']],
  ['users', ['--select', `${select},onPremisesExtensionAttributes/extensionAttribute1`], ['x.csv']],
  ['groups', ['--preset', 'portal-groups'], ['x.csv']],
  ['groups', ['--preset', 'script-groups'], ['x.csv']],
  ['groups', ['--preset', 'all'], ['x.csv', 'x.jsonl']],
  ['groups', [], ['x.csv']],
] as const)
  for (const file of files)
    t.test(`export ${[what, ...layout].join(' ')} --to ${file}: an update from that file changes nothing`, async t => {
      const exported = await desk.run('export', what, '--tenant', 'sandbox', ...layout, '--to', file)
      t.equal(exported.status, 0, exported.stderr)
      await desk.writes()
      const updated = await desk.run(what, 'update', '--tenant', 'sandbox', '--from', file, '--yes', '--json')
      const { counts } = summaryOf(updated).summary
      t.ok(counts['rows']! > 5)
      t.strictSame([updated.status, counts['unchanged']], [0, counts['rows']], updated.stderr)
      t.strictSame(await desk.writes(), {})
    })
