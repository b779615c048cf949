import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import t from 'tap'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { openBed } from './bed.ts'

const users = 10_000
const bed = await openBed(t, { users })
const desk = bed.desk()
const argsTo = (to: string): string[] => [
  ...['export', 'users', '--preset', 'portal-users', '--page-size', '125', '--checkpoint-rows', '500'],
  ...['--to', to],
]

const hasProgram = (name: string): boolean => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    // What cannot be started is not there.
    return false
  }
}

/** What another program reads. */
const readBy = (program: string, ...args: readonly string[]): Buffer =>
  execFileSync(program, args, { maxBuffer: 100_000_000 })

const pythonCsv = `
import csv, hashlib, sys
with open(sys.argv[1], newline='', encoding='utf-8') as file:
    rows = list(csv.reader(file))
widths = {len(row) for row in rows}
print(len(rows), sorted(widths), hashlib.sha256('\\n'.join(row[0] for row in rows).encode()).hexdigest())
`

/** Undisturbed, under its own name; what is killed then writes there again. */
const undisturbed = async (to: string): Promise<Buffer> => {
  const { status, stderr } = await desk.run(argsTo(to))
  if (status !== 0) throw new Error(stderr)
  const bytes = desk.bytes(to)
  rmSync(desk.path(to))
  rmSync(desk.path(`${to}.manifest.json`))
  return bytes
}

const plain = await undisturbed('users.csv')

for (const to of ['users.csv', 'users.csv.gz', 'users.jsonl.zst'])
  t.test(`an export to ${to} that is killed again and again gives the file of an undisturbed run`, async t => {
    const wanted = to === 'users.csv' ? plain : await undisturbed(to)
    const killed = await killOften(t, { desk, args: argsTo(to), to, wanted, next: random(to), kills: 4 })
    t.ok(killed >= 4, `${killed} kills`)
    t.match(desk.manifest(to), {
      counts: { before: users, after: users, read: users, repeated: 0, dropped: 0, failed: 0, written: users },
      files: [
        { path: to, rows: users, bytes: wanted.length, sha256: createHash('sha256').update(wanted).digest('hex') },
      ],
    })
    const verified = await desk.run(['verify', to])
    t.equal(verified.status, 0, verified.stderr)
  })

t.test('python reads the rows of the CSV', { skip: !hasProgram('python3') && 'python3 is not there' }, async t => {
  const [rows, widths] = String(readBy('python3', '-c', pythonCsv, desk.path('users.csv'))).split(' ')
  t.strictSame([rows, widths], [String(users + 1), '[25]'])
})

t.test('gzip reads all members of the csv.gz', { skip: !hasProgram('gzip') && 'gzip is not there' }, async t => {
  t.ok(readBy('gzip', '-dc', desk.path('users.csv.gz')).equals(plain), 'the text of the CSV')
})

t.test('zstd reads all frames of the jsonl.zst', { skip: !hasProgram('zstd') && 'zstd is not there' }, async t => {
  const lines = String(readBy('zstd', '-dc', desk.path('users.jsonl.zst')))
    .trimEnd()
    .split('\n')
  t.equal(lines.length, users)
  t.equal(new Set(lines).size, users)
})
