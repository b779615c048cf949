/**
 * Measures a sandbox directory that was changed a lot: `node bench/sandbox-changed.ts [changes]`, by default 1,000,000 created
 * users and 1,000,000 added links, half of them in one group and half over 5,000 groups. The process that makes the changes is
 * then killed. It is started again three times: with the last snapshot of that process, with the one that a stop leaves, and without one. Linux only.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keySpans } from '../src/odata/key-spans.ts'
import { parseFilter } from '../src/odata/parse-filter.ts'
import { createDirectory } from '../src/sandbox/directory/create-directory.ts'
import { netChanges } from '../src/sandbox/resources/delta-changes.ts'
import type { Directory, Entity, Mutation } from '../src/sandbox/directory/types.ts'
import { measure } from './measure.ts'

/** Targets: first pages, start, peak memory. */
const targets = { firstPageMs: 100, startSeconds: 10, peakMb: 2_000 } as const

const manyGroups = 5_000
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const clock = { now: () => Date.now(), sleep: async () => {} }
const open = (journal: string): Directory => createDirectory({ users: 100_000, groups: 6_000, clock, journal })

const idOf = (nth: number): string =>
  `${(Math.imul(nth, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-${nth.toString(16).padStart(12, '0')}`

const userOf = (nth: number): Mutation => {
  const name = `${String.fromCharCode(97 + ((nth * 7) % 26))}${(Math.imul(nth, 0x9e3779b1) >>> 0).toString(36)}`
  const values = {
    id: idOf(nth),
    accountEnabled: nth % 10 > 0,
    displayName: `${name} Example ${nth}`,
    givenName: name,
    surname: 'Example',
    mailNickname: name,
    userPrincipalName: `${name}.${nth}@contoso.com`,
    department: `Department ${nth % 40}`,
    jobTitle: 'Clerk',
    usageLocation: 'DE',
    userType: 'Member',
    '#passwordSha256': 'a'.repeat(64),
  }
  return { do: 'create', kind: 'user', values }
}

const requestOf = (nth: number) => ({ request: idOf(nth ^ 0x55555), client: idOf(nth ^ 0x33333) })

const groupsOf = (directory: Directory): readonly string[] =>
  directory.collection('group').slice({ order: 'default', view: 'direct' }, manyGroups + 1, ['id']).ids

/** Seconds, and the longest single call in milliseconds. */
const each = async (
  count: number,
  work: (nth: number) => void,
): Promise<{ readonly seconds: number; readonly worstMs: number }> => {
  const began = performance.now()
  let [at, worst] = [began, 0]
  for (let nth = 0; nth < count; nth++) {
    work(nth)
    const now = performance.now()
    worst = Math.max(worst, now - at)
    at = now
    // Like a server, which has other work between two requests. A snapshot is then written meanwhile.
    if (nth % 100 === 99) {
      await new Promise(resolve => setImmediate(resolve))
      at = performance.now()
    }
  }
  return { seconds: (at - began) / 1000, worstMs: worst }
}

const timed = (name: string, work: () => unknown): void => {
  const [began, before] = [performance.now(), process.cpuUsage()]
  const found = work()
  const { user, system } = process.cpuUsage(before)
  const [ms, ofCore] = [performance.now() - began, (user + system) / 1000]
  say(`| ${name} | ${ms.toFixed(1)} ms | ${ofCore.toFixed(1)} ms of a core | ${String(found)} |`)
}

const inRound = 400_000

/** Sums up the changes of objects, until there are 200 of them or 500 links, as a page of a delta does. */
const deltaPage = (directory: Directory): string => {
  const until = directory.generation
  const after = Math.max(0, until - inRound)
  let [objects, links] = [0, 0]
  for (const change of netChanges(directory, ['user', 'group'], { after, until }, after + 1) ?? []) {
    objects++
    for (const _link of change.links(0)) if (++links === 500) break
    if (objects === 200 || links === 500) break
  }
  return `${objects} objects, ${links} links`
}

const firstPages = (directory: Directory, view: 'direct' | 'index'): void => {
  const users = directory.collection('user')
  const [one = '', small = ''] = groupsOf(directory)
  const page = (order: string, more = {}) =>
    users.slice({ order, view, ...more }, 100, ['id', 'displayName']).ids.length
  for (const order of ['default', 'displayName', 'userPrincipalName', 'createdDateTime'])
    timed(`${view}: users by ${order}`, () => page(order))
  timed(`${view}: users by displayName, descending`, () => page('displayName', { descending: true }))
  timed(`${view}: count`, () => users.count({ order: 'default', view }))
  const within = keySpans(parseFilter("startsWith(displayName,'ab')"))!
  timed(`${view}: count by prefix`, () => users.count({ order: 'default', view, within }))
  const where = (entity: Entity): boolean => entity['accountEnabled'] === false
  for (const time of ['first', 'second'])
    timed(`${view}: filtered count, ${time} time`, () =>
      users.count({ order: 'default', view, where, whereText: 'accountEnabled eq false' }),
    )
  timed(`${view}: filtered page`, () => page('default', { where }))
  timed(`${view}: bin`, () => directory.deleted('user').slice({ order: 'default', view }, 100, ['id']).ids.length)
  for (const [name, id] of [
    ['the large group', one],
    ['a small group', small],
  ] as const) {
    timed(
      `${view}: members of ${name}`,
      () => directory.related('group', id, 'members', 100, 0, view).references.length,
    )
    timed(`${view}: number of members of ${name}`, () => directory.countRelated('group', id, 'members', 'user', view))
  }
  timed(`${view}: seats`, () => directory.subscribedSkus.length)
  for (const time of ['first', 'second'])
    timed(`${view}: page of a delta round of ${inRound} changes, ${time} time`, () => deltaPage(directory))
  timed(`${view}: last 1,000 changes`, () => directory.changes(directory.generation - 1_000)?.length)
}

const change = async (journal: string, count: number): Promise<void> => {
  const directory = open(journal)
  const groups = groupsOf(directory)
  const rate = (name: string, { seconds, worstMs }: Awaited<ReturnType<typeof each>>, of = count): void =>
    say(`| ${name} | ${((seconds / of) * 1e6).toFixed(1)} µs each | longest ${worstMs.toFixed(0)} ms |`)
  rate('creations', await each(count, nth => directory.commit([userOf(nth)], requestOf(nth))))
  rate(
    'links',
    await each(count, nth => {
      const id = nth % 2 === 0 ? groups[0]! : groups[1 + ((nth >> 1) % manyGroups)]!
      const target = { kind: 'user', id: idOf(nth) } as const
      directory.commit([{ do: 'link', kind: 'group', id, relation: 'members', target }], requestOf(nth + count))
    }),
  )
  firstPages(directory, 'direct')
  timed('setting a lag', () => directory.setLag('index', 30_000, 60_000))
  const some = Math.floor(count / 10)
  rate(
    'updates under lag',
    await each(some, nth =>
      directory.commit(
        [{ do: 'update', kind: 'user', id: idOf(nth), values: { displayName: `Renamed ${nth}` } }],
        requestOf(nth),
      ),
    ),
    some,
  )
  rate(
    'deletions under lag',
    await each(some, nth =>
      directory.commit([{ do: 'delete', kind: 'user', id: idOf(count - 1 - nth) }], requestOf(nth)),
    ),
    some,
  )
  firstPages(directory, 'index')
  firstPages(directory, 'direct')
  // As if it was killed: nothing is closed.
  process.exit(0)
}

const start = (journal: string): void => {
  const began = performance.now()
  const before = process.cpuUsage()
  const directory = open(journal)
  const { user, system } = process.cpuUsage(before)
  const seconds = ((performance.now() - began) / 1000).toFixed(2)
  say(`| start | ${seconds} s, ${((user + system) / 1e6).toFixed(2)} s of a core | ${directory.generation} changes |`)
  firstPages(directory, 'direct')
  directory.close()
}

const [mode, path = '', count = '1000000'] = process.argv.slice(2)
if (mode === 'change') await change(path, Number(count))
else if (mode === 'start') start(path)
else {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-changed-'))
  try {
    const journal = join(folder, 'changes.jsonl')
    const self = fileURLToPath(import.meta.url)
    for (const what of ['change', 'start after a kill', 'start after a stop', 'start without a snapshot']) {
      if (what.endsWith('without a snapshot')) rmSync(`${journal}.snapshot`, { force: true })
      const { stdout, peakMb, seconds } = await measure([
        self,
        what.split(' ')[0]!,
        journal,
        String(Number(mode ?? 1_000_000)),
      ])
      say(`\n## ${what}\n\n${stdout}`)
      say(`| whole process | ${seconds.toFixed(1)} s | peak ${peakMb.toFixed(0)} MB, target ${targets.peakMb} MB |`)
      say(
        `| journal | ${(statSync(journal).size / 1e6).toFixed(0)} MB | ${readFileSync('/proc/loadavg', 'utf8').trim()} |`,
      )
    }
    say(`\nTargets: first pages ${targets.firstPageMs} ms, start ${targets.startSeconds} s.`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
