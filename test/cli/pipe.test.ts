import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { launcher } from '../programs/started.ts'
import { commandBed, summaryOf } from './command-bed.ts'

const group = 'Sales Team'

/** A sandbox whose group has all its users, and a shell in a folder with its store. */
const given = async (t: Parameters<typeof commandBed>[0]) => {
  const bed = await commandBed(t)
  const { run, folder, textOf } = bed
  let reads = 0
  const members = async () => {
    const to = `members-${reads++}.csv`
    const ran = await run('export', 'members', '--group', group, '--tenant', 'sandbox', '--select', 'id', '--to', to)
    t.equal(ran.status, 0, ran.stderr)
    return textOf(to).trim().split('\n').sort()
  }
  const on = ['--tenant', 'sandbox', '--yes', '--quiet']
  await run('export', 'users', '--tenant', 'sandbox', '--select', 'id', '--to', 'all.csv')
  t.equal((await run('members', 'add', ...on, '--group', group, '--from', 'all.csv')).status, 0)
  const shell = async (script: string) => {
    const child = spawn('sh', ['-c', `entrapipe() { "$NODE" "$BINARY" "$@"; }\n${script}`], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ENTRAPIPE_STORE: join(folder, 'store'),
        NODE: process.execPath,
        BINARY: launcher,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', chunk => (stdout += String(chunk)))
    child.stderr.on('data', chunk => (stderr += String(chunk)))
    const [status] = (await once(child, 'close')) as [number]
    return { status, stdout, stderr }
  }
  return { ...bed, members, shell }
}
const exported = `entrapipe export users --tenant sandbox --filter "accountEnabled eq false"`
const filtered = `entrapipe filter "department eq 'Sales'"`
const remove = `entrapipe members remove --tenant sandbox --group '${group}' --max-removals 500 --json`

t.test('disabled users of a department leave a group through a pipe, and an undo brings them back', async t => {
  const { shell, run, members } = await given(t)
  const before = await members()
  const dry = await shell(`${exported} --select id,department | ${filtered} | ${remove} --dry-run`)
  t.equal(dry.status, 0, dry.stderr)
  t.strictSame(await members(), before, 'a dry run changes nothing')
  const removed = await shell(`${exported} --select id,department | ${filtered} | ${remove} --yes`)
  t.equal(removed.status, 0, removed.stderr)
  const { rows } = summaryOf(removed).summary.counts as { readonly rows: number }
  t.ok(rows > 0)
  const counts = { rows, done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 }
  t.strictSame(summaryOf(dry).summary.counts, { ...counts, pending: rows })
  t.strictSame(summaryOf(removed).summary.counts, { ...counts, done: rows })
  t.equal((await members()).length, before.length - rows)
  const undone = await run('runs', 'undo', summaryOf(removed).run, '--yes', '--json')
  t.strictSame(summaryOf(undone).summary.counts, { ...counts, done: rows })
  t.strictSame(await members(), before)
})

t.test('if the exporter is killed or was limited, nothing is removed', async t => {
  const { shell, members } = await given(t)
  const before = await members()
  // More than fits into the pipe, so that the exporter is not at its end.
  const killed = await shell(`mkfifo rows
"$NODE" "$BINARY" export users --tenant sandbox > rows & exporter=$!
{ head -c 70000; kill -KILL $exporter; cat; } < rows | ${filtered} | ${remove} --yes
removed=$?; wait $exporter; echo "exporter: $?" >&2; exit $removed`)
  t.match([killed.status, killed.stderr], [1, /exporter: 137\n/])
  const empty = await shell(`: | ${remove} --yes`)
  t.equal(empty.status, 1, empty.stderr)
  const limited = await shell(`${exported} --limit 3 | ${remove} --yes`)
  t.match([limited.status, limited.stderr], [5, /was limited to 3 rows/])
  t.strictSame(await members(), before)
})
