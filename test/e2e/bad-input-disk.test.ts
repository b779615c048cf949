import t from 'tap'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { onlyRoot, smallDisk } from '../small-disk.ts'
import { openBed } from './bed.ts'

const bed = await openBed(t, { users: 2_000 })
const desk = bed.desk()

t.test(
  'stdout on a full disk is exit 1 with one sentence',
  { skip: existsSync('/dev/full') ? false : 'there is no /dev/full here' },
  async t => {
    const { stdout, stderr } = await desk.shell('entrapipe export users --quiet >/dev/full; echo $?')
    t.equal(stdout, '1\n')
    t.match(
      stderr,
      /^entrapipe: The disk is full: stdout cannot be written \(ENOSPC\)\. Free some space or write to another disk, then run it again\.(?: [^\n]+)?\n$/,
    )
  },
)

const disk = desk.path('disk')
const unmount = smallDisk(disk, 64)
if (unmount) t.teardown(unmount)

t.test(
  'a full disk is exit 1 with one sentence, and leaves nothing that cannot be resumed',
  { skip: unmount ? false : onlyRoot },
  async t => {
    const { status, stdout, stderr } = await desk.run([
      'export',
      'users',
      '--preset',
      'portal-users',
      '--to',
      'disk/users.csv',
    ])
    t.strictSame([status, stdout], [1, ''])
    t.match(
      stderr,
      /^entrapipe: The disk is full: \S+disk\/users\.csv cannot be written \(ENOSPC\)\. Free some space or write to another disk, then run it again\.(?: [^\n]+)?\n$/,
    )
    t.strictSame(readdirSync(disk), [])
  },
)

t.test(
  'a checkpoint on a full disk is kept, and the same command resumes when there is room',
  { skip: unmount ? false : onlyRoot },
  async t => {
    const args = ['export', 'users', '--select', 'id,displayName,userPrincipalName', '--to', 'disk/users.csv']
    const options = ['--page-size', '100', '--checkpoint-rows', '100']
    const full = await desk.run([...args, ...options])
    t.equal(full.status, 1, full.stderr)
    t.strictSame(readdirSync(disk), ['users.csv.partial'])
    t.equal(spawnSync('mount', ['-o', 'remount,size=4m', disk]).status, 0)
    const again = await desk.run([...args, ...options])
    t.equal(again.status, 0, again.stderr)
    t.match(again.stderr, /^Resuming run \S+, after [\d,]+ rows/)
    t.match(desk.manifest('disk/users.csv'), { completeness: 'complete', resumed: 1, counts: { written: 2_000 } })
    t.equal(desk.read('disk/users.csv').trimEnd().split('\n').length, 2_001)
    t.equal((await desk.run(['verify', 'disk/users.csv'])).status, 0)
  },
)
