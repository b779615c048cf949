/** Measures the ledger of a run: `node bench/ledger.ts`, optionally with a smaller number of rows. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { systemClock } from '../src/core/clock.ts'
import { openStore } from '../src/store/open-store.ts'
import type { ClaimPlace, Entry, Ledger, NewEntry } from '../src/store/ledger-types.ts'
import type { Run } from '../src/store/store.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'entrapipe-ledger-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const guid = (n: number): string => `${n.toString(16).padStart(8, '0')}-1111-4222-8333-444455556666`
const mb = (): string => {
  const text = readFileSync('/proc/self/status', 'utf8')
  const of = (name: string): string => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 976.5625).toFixed(0)
  return `${of('VmRSS')} MB, peak ${of('VmHWM')} MB`
}

/** Members of interleaved groups. */
const member =
  (groups: number) =>
  (at: number): NewEntry => {
    const [group, user] = [guid(at % groups), guid(at * 7919)]
    return {
      key: at + 2,
      row: { kind: 'add-member', value: { group, member: user } },
      about: `${group}/${user}`,
      ordered: true,
      locks: [group],
      input: { group, member: user },
    }
  }

/** Users with a password. */
const user = (at: number): NewEntry => {
  const userPrincipalName = `user${at}@contoso.com`
  const password = `Secret-${at}-Pass`
  return {
    key: at + 2,
    row: { kind: 'create-user', value: { userPrincipalName, displayName: `User ${at}`, department: 'Sales' } },
    secrets: { password },
    about: `user ${userPrincipalName}`,
    locks: [userPrincipalName],
  }
}

const timed = async <T>(what: string, rows: number, work: () => Promise<T>): Promise<T> => {
  const began = performance.now()
  const value = await work()
  const seconds = (performance.now() - began) / 1000
  say(`${what}: ${seconds.toFixed(3)} s, ${Math.round(rows / seconds).toLocaleString('en-US')} rows/s (${mb()})`)
  return value
}

const add = async (ledger: Ledger, make: (at: number) => NewEntry, rows = count): Promise<void> => {
  for (let at = 0; at < rows; at += 1000)
    await ledger.add(Array.from({ length: Math.min(1000, rows - at) }, (_, more) => make(at + more)))
}

const send = async (ledger: Ledger, entries: readonly Entry[]): Promise<void> => {
  for (let at = 0; at < entries.length; at += 400) {
    const batch = entries.slice(at, at + 400)
    const atMs = Date.now()
    await ledger.markSent(
      batch.map(({ ordinal, attempts }) => ({
        ordinal,
        attempt: attempts + 1,
        client: guid(ordinal),
        atMs,
        before: { isMember: false },
      })),
    )
    await ledger.settle(
      batch.map(({ ordinal, key, row }) => ({
        ordinal,
        result: {
          key,
          operation: row.kind,
          outcome: 'done',
          target: guid(ordinal),
          status: 204,
          requestId: guid(ordinal),
        },
      })),
    )
  }
}

const one = async (name: string, make: (at: number) => NewEntry): Promise<void> => {
  const environment = {
    variable: (asked: string) => (asked === 'ENTRAPIPE_STORE' ? folder : undefined),
    cwd: '/',
    home: '/',
    tmp: tmpdir(),
    platform: process.platform,
  }
  say(`\n${count.toLocaleString('en-US')} ${name}`)
  const store = openStore({ environment, clock: systemClock })
  const run: Run = await store.create({ pipeline: name, params: {}, codeHash: '', resumable: true, writes: true })
  const ledger = (await run.phase('main')).ledger()
  await timed('add', count, () => add(ledger, make))
  await timed('arrange', count, () => ledger.arrange())
  await timed('same about', count, async () => {
    let groups = 0
    for await (const page of ledger.sameAbout(({ row }) => JSON.stringify(row))) groups += page.length
    say(`  groups: ${groups}`)
  })
  await timed('count', 1, () => ledger.count())
  let after: ClaimPlace | undefined
  let left = Math.min(count, 200_000)
  for (let round = 0; left > 0; round++) {
    const claimed = ledger.claim.bind(undefined, 10_000, after)
    const entries = round < 3 ? await timed('claim', 10_000, claimed) : await claimed()
    if (entries.length === 0) break
    left -= entries.length
    if (round < 3) await timed('mark and settle', entries.length, () => send(ledger, entries))
    else await send(ledger, entries)
    const last = entries.at(-1)!
    after = { lock: last.locks[0]!, ordinal: last.ordinal }
  }
  await timed('claim from the start', 10_000, () => ledger.claim(10_000))
  await timed('mark and settle the rest', count - 200_000, async () => {
    for (;;) {
      const entries = await ledger.claim(10_000)
      if (entries.length === 0) break
      await send(ledger, entries)
    }
  })
  await timed('entries by outcome, first page', 1000, () => ledger.entries({ limit: 1000, outcomes: ['done'] }))
  await timed('entries by outcome, page', 1000, () =>
    ledger.entries({ limit: 1000, after: count / 2, outcomes: ['done'] }),
  )
  await timed('finish', 1, () => run.finish('done'))
  const runFolder = join(folder, 'runs', run.id)
  for (const file of readdirSync(runFolder))
    say(`  ${file}: ${(statSync(join(runFolder, file)).size / 1e6).toFixed(1)} MB`)
  await store.close()
}

try {
  const which = process.argv[3] ?? 'all'
  if (which !== 'users') await one('members of 5,000 interleaved groups', member(5000))
  if (which === 'all') await one('members of one group', member(1))
  if (which !== 'members') await one('users with a password', user)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
