import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, rmdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { openAudit, type Audit } from '../../src/store/audit.ts'
import { handClock, newRun, storeIn } from './fixtures.ts'

const noHash = '0'.repeat(64)

const inFolder = (t: Test) => {
  const path = join(t.testdir({}), 'audit.jsonl')
  return { path, audit: openAudit(path) }
}

const entriesOf = async (audit: Audit) => {
  const found: unknown[] = []
  for await (const page of audit.lines()) found.push(...page.map(({ entry }) => entry))
  return found
}

const start = (path: string, name: string, batches: number, rows: number) =>
  spawn(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, 'children/append-audit.ts'), path, name, String(batches), String(rows)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )

t.test('entries are read back in order, each with the hash of the one before', async t => {
  const { path, audit } = inFolder(t)
  t.strictSame(await audit.verify(), { entries: 0, head: noHash, missing: [] })
  t.equal(await audit.append([]), noHash)
  const first = await audit.append([{ who: 'ann' }])
  const third = await openAudit(path).append([{ who: 'ü\n\u2028', rows: [1, null] }, { who: 'bob' }])
  t.strictSame(await entriesOf(audit), [{ who: 'ann' }, { who: 'ü\n\u2028', rows: [1, null] }, { who: 'bob' }])
  t.strictSame(await audit.verify([first, third]), { entries: 3, head: third, missing: [] })
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { previous: string; hash: string })
  t.strictSame(
    lines.map(({ previous }) => previous),
    [noHash, ...lines.slice(0, 2).map(({ hash }) => hash)],
  )
  if (process.platform !== 'win32') t.equal(statSync(path).mode & 0o777, 0o600)
})

t.test('a line that was changed, removed, moved or added is found', async t => {
  const changes: Readonly<
    Record<string, (lines: string[]) => { readonly lines: readonly string[]; readonly line: number }>
  > = {
    changed: lines => ({ lines: lines.map(line => line.replace('"n":2', '"n":7')), line: 3 }),
    removed: lines => ({ lines: lines.toSpliced(1, 1), line: 2 }),
    'removed from the start': lines => ({ lines: lines.slice(1), line: 1 }),
    moved: ([a, b, c, d, e]) => ({ lines: [a!, c!, b!, d!, e!], line: 2 }),
    twice: ([a, b, ...more]) => ({ lines: [a!, b!, b!, ...more], line: 3 }),
    'added by another program': lines => ({ lines: lines.toSpliced(4, 0, '{"entry":{"n":4}}'), line: 5 }),
    emptied: lines => ({ lines: lines.toSpliced(2, 1, ''), line: 3 }),
  }
  for (const [how, change] of Object.entries(changes)) {
    const { path, audit } = inFolder(t)
    const head = await audit.append(Array.from({ length: 5 }, (_, n) => ({ n })))
    const { lines, line } = change(readFileSync(path, 'utf8').trimEnd().split('\n'))
    writeFileSync(path, `${lines.join('\n')}\n`)
    t.match(await audit.verify([head]), { entries: line - 1, broken: { line } }, how)
    await t.rejects(entriesOf(audit), { code: 'VERIFY_FAILED', facts: { line } }, how)
  }
})

t.test('lines that were removed from the end are found by a hash that was noted elsewhere', async t => {
  const { path, audit } = inFolder(t)
  const head = await audit.append(Array.from({ length: 5 }, (_, n) => ({ n })))
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, 3).join('\n')}\n`)
  const { broken, ...check } = await audit.verify([head])
  t.equal(broken, undefined)
  t.match(check, { entries: 3, missing: [head] })
})

t.test('an incomplete last line is removed, and an entry says so', async t => {
  for (const kept of [1, 60, 150]) {
    const { path, audit } = inFolder(t)
    const head = await audit.append([{ n: 1 }, { n: 2 }])
    const { size } = statSync(path)
    await audit.append([{ n: 3, text: 'x'.repeat(100_000) }])
    truncateSync(path, size + kept)
    t.strictSame(await audit.verify([head]), { entries: 2, head, missing: [] }, 'what was acknowledged is valid')
    t.strictSame(await entriesOf(audit), [{ n: 1 }, { n: 2 }])
    await audit.append([{ n: 4 }])
    t.strictSame(await entriesOf(audit), [
      { n: 1 },
      { n: 2 },
      { event: 'incomplete line removed', bytes: kept },
      { n: 4 },
    ])
    t.match(await audit.verify([head]), { entries: 4 })
  }
})

t.test('nothing is appended to a log whose end was changed', async t => {
  const { path, audit } = inFolder(t)
  await audit.append([{ n: 1 }])
  appendFileSync(path, '{"sequence":2}\n')
  const before = readFileSync(path)
  await t.rejects(audit.append([{ n: 2 }]), { code: 'VERIFY_FAILED' })
  t.strictSame(readFileSync(path), before)
})

t.test('three concurrent processes make one chain', async t => {
  const { path, audit } = inFolder(t)
  const heads = (await Promise.all(['a', 'b', 'c'].map(async name => text(start(path, name, 20, 7).stdout)))).flatMap(
    said => said.trimEnd().split('\n'),
  )
  t.equal(heads.length, 60)
  t.match(await audit.verify(heads), { entries: 420, broken: undefined })
})

t.test('every entry that was acknowledged before a kill is there', async t => {
  for (const lines of [1, 7, 20]) {
    const { path, audit } = inFolder(t)
    const child = start(path, 'a', 1_000_000, 300)
    const heads: string[] = []
    for await (const line of createInterface(child.stdout)) {
      heads.push(line)
      if (heads.length === lines) child.kill('SIGKILL')
    }
    const { entries, broken } = await audit.verify(heads)
    t.strictSame([entries >= heads.length * 300, broken], [true, undefined])
    const head = await audit.append([{ after: true }])
    t.match(await audit.verify([...heads, head]), { head, broken: undefined })
  }
})

t.test('a full disk leaves the log as it was', async t => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return t.comment('only root on Linux can mount a small disk')
  const folder = join(t.testdir({}), 'disk')
  mkdirSync(folder)
  t.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]).status, 0)
  try {
    const path = join(folder, 'audit.jsonl')
    const audit = openAudit(path)
    const head = await audit.append([{ n: 1 }])
    const before = readFileSync(path)
    await t.rejects(audit.append(Array.from({ length: 3000 }, (_, n) => ({ n, text: 'x'.repeat(500) }))), {
      code: 'DISK_FULL',
    })
    t.strictSame(readFileSync(path), before)
    t.match(await audit.verify([head, await audit.append([{ n: 2 }])]), { entries: 2, broken: undefined })
  } finally {
    spawnSync('umount', [folder])
    rmdirSync(folder)
  }
})

t.test('discarding and pruning runs leave the audit log unchanged', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir({}), clock)
  const run = await store.create(newRun())
  const head = await store.audit.append([{ run: run.id }])
  await run.release()
  await store.discard(run.id)
  clock.move(100 * 86_400_000)
  t.strictSame((await store.prune(0)).pruned, [run.id])
  t.strictSame(await store.audit.verify([head]), { entries: 1, head, missing: [] })
})
