/**
 * Measures changes to the directory against the sandbox: `npm run bench:changes -- [scenario …]`, by default all of them, one after the
 * other. Linux only. `many`: 1,000,000 members of 5,000 interleaved groups, without quotas · `quota-50`, `quota-200`: members of 50
 * groups at the documented quota, after its burst, while a write takes 50 or 200 ms · `one-50`, `one-200`: one group · `bad`: 5 % of
 * the rows are wrong · `intake`: members a second that are read into the ledger · `intake-users`: rows a second of the portal's template
 * for new users.
 */
import { createWriteStream, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { portalCaption, portalTemplates } from '../src/data/portal-templates.ts'
import { usedShare, writesIn, type Counters, type Quotas } from './counters.ts'
import { program, withDesk, type Desk } from './desk.ts'
import { measure, type Measured } from './measure.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const number = (value: number): string => Math.round(value).toLocaleString('en-US')

interface Item {
  readonly id: string
}

/** Ids of new groups, and of users of the sandbox. */
const idsIn = async ({ control, folder }: Desk, groups: number, users: number) => {
  const made: string[] = []
  for (let from = 0; from < groups; from += 500) {
    const some = Array.from({ length: Math.min(500, groups - from) }, (_, at) => ({
      do: 'create',
      kind: 'group',
      values: {
        displayName: `Bench ${from + at}`,
        mailNickname: `bench${from + at}`,
        mailEnabled: false,
        securityEnabled: true,
        groupTypes: [],
      },
    }))
    const { changes } = await control<{ readonly changes: readonly Item[] }>('POST', '/mutations', some)
    made.push(...changes.map(({ id }) => id))
  }
  await measure(
    [program, 'export', 'users', '--select', 'id', '--limit', String(users), '--to', 'ids.csv', '--tenant', 'sandbox'],
    { ENTRAPIPE_STORE: join(folder, 'store') },
    folder,
  )
  const ids = readFileSync(join(folder, 'ids.csv'), 'utf8').trim().split('\n').slice(1)
  return { groups: made, users: ids }
}

/** Writes a file of members, the groups in turn. */
const writeMembers = async (
  path: string,
  rows: number,
  { groups, users }: { readonly groups: readonly string[]; readonly users: readonly string[] },
  isBad: (at: number) => boolean = () => false,
): Promise<void> => {
  const file = createWriteStream(path)
  file.write('group,member\n')
  for (let at = 0; at < rows; at++) {
    const nth = Math.floor(at / groups.length)
    const user = users[(nth * 7919 + (at % groups.length) * 104_729) % users.length]!
    const member = isBad(at) ? `00000000-0000-4000-8000-${String(at).padStart(12, '0')}` : user
    if (!file.write(`${groups[at % groups.length]!},${member}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
}

/** Writes the portal's template for new users, filled in. */
const writeTemplate = async (path: string, rows: number): Promise<void> => {
  const { columns } = portalTemplates['create-users']
  const file = createWriteStream(path)
  file.write(`version:v1.0${','.repeat(columns.length - 1)}\n${columns.map(portalCaption).join(',')}\n`)
  for (let at = 0; at < rows; at++) {
    const cells = [
      `Erika Muster ${at}`,
      `bench.user${at}@contoso.com`,
      `Initial-${at}-Word`,
      'No',
      'Erika',
      `Muster ${at}`,
      `Engineer ${at % 50}`,
      ['Sales', 'Finance', 'IT', 'Legal'][at % 4],
      ['DE', 'US', 'FR', 'JP'][at % 4],
      `"Main Street ${at % 900}"`,
      `State ${at % 16}`,
      `Country ${at % 40}`,
      `Office ${at % 200}`,
      `City ${at % 500}`,
      String(10_000 + (at % 89_999)),
      `+49 30 ${1_000_000 + at}`,
      `+49 170 ${1_000_000 + at}`,
    ]
    if (!file.write(`${cells.join(',')}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
}

/** Reads a file into the ledger, and sends one change. */
const takeIn = async (what: string, rows: number, desk: Desk, command: readonly string[]): Promise<void> => {
  const measured = await desk.run([...command, '--yes', '--limit', '1', '--json'])
  const { seconds, cpuSeconds, peakMb, medianMb } = measured
  say(
    `intake of ${number(rows)} ${what}: ${number(rows / seconds)} rows a second, ${number(rows / cpuSeconds)} a second of CPU, start and a look at 5,000 rows included; peak ${peakMb.toFixed(0)} MB, median ${medianMb.toFixed(0)} MB`,
  )
}

/** Writes by how they ended. */
const writesOf = async ({ control }: Desk) => writesIn(await control<Counters>('GET', '/counters'))

interface Sent {
  readonly measured: Measured
  readonly writes: Awaited<ReturnType<typeof writesOf>>
  readonly counts: Readonly<Record<string, number>>
  /** The second half of the sending, in Graph's time; undefined without quotas, or if it took less than 20 seconds. */
  readonly late: Late | undefined
}

interface Late {
  /** Applied writes a second. */
  readonly rate: number
  /** The used share of the quota of writes, where the second half begins and where it ends. */
  readonly shares: readonly [number, number]
}

/** The used share of an app's quota of writes. */
const writeShareOf = async ({ control }: Desk): Promise<number> =>
  usedShare(await control<Quotas>('GET', '/quotas'), 'write')

/** Adds the members of a file, and watches the writes. */
const send = async (desk: Desk, file: string, timeScale: number, more: readonly string[] = []): Promise<Sent> => {
  await desk.control('DELETE', '/counters')
  const seen: { readonly atMs: number; readonly applied: number; readonly share: number }[] = []
  const look = async (): Promise<void> => {
    const [{ applied }, share] = await Promise.all([writesOf(desk), writeShareOf(desk)])
    seen.push({ atMs: performance.now(), applied, share })
  }
  const timer = setInterval(() => void look().catch(() => undefined), 250)
  const args = ['members', 'add', '--from', file, '--yes', '--quota-share', '100%', '--json', ...more]
  const measured = await desk.run(args)
  clearInterval(timer)
  const writes = await writesOf(desk)
  const begun = seen.find(({ applied }) => applied > 0)
  const last = seen.findLast(({ applied }) => applied < writes.applied * 0.99)
  const first = begun && last && seen.find(({ atMs }) => atMs >= (begun.atMs + last.atMs) / 2)
  const late =
    timeScale > 0 && first && last && last.atMs - first.atMs > 10_000
      ? {
          rate: ((last.applied - first.applied) / (last.atMs - first.atMs)) * (1_000 / timeScale),
          shares: [first.share, last.share] as const,
        }
      : undefined
  const { counts } = JSON.parse(measured.stdout.trim().split('\n').at(-1)!) as Pick<Sent, 'counts'>
  return { measured, writes, counts, late }
}

const tell = (name: string, { measured, writes, counts, late }: Sent): void => {
  say(
    `${name}: ${JSON.stringify(counts)}; ${number(writes.applied)} writes applied, ${number(writes.refused)} refused (${((100 * writes.refused) / writes.attempted).toFixed(2)} %); ${((counts['done'] ?? 0) / writes.attempted).toFixed(2)} links a write; ${measured.seconds.toFixed(1)} s; peak ${measured.peakMb.toFixed(0)} MB, median ${measured.medianMb.toFixed(0)} MB${late === undefined ? '' : `; in the second half ${late.rate.toFixed(1)} writes a second of Graph's time, the used share of the quota from ${late.shares[0].toFixed(2)} to ${late.shares[1].toFixed(2)}`}`,
  )
}

/** How long a page of the results takes, in a process of its own without its start. */
const resultPages = async ({ folder }: Desk): Promise<void> => {
  const { openStore } = await import('../src/store/open-store.ts')
  const { processEnvironment } = await import('../src/core/environment.ts')
  const { systemClock } = await import('../src/core/clock.ts')
  const variable = (name: string) => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : undefined)
  const store = openStore({ environment: { ...processEnvironment(), variable }, clock: systemClock })
  const run = (await store.list()).find(({ pipeline }) => pipeline === 'members add')!
  await store.read(run.id, async reader => {
    for (const [name, query] of [
      ['first page', { limit: 1_000 }],
      ['first page of done rows', { limit: 1_000, outcomes: ['done'] }],
      ['first page of failed rows', { limit: 1_000, outcomes: ['failed'] }],
    ] as const)
      for (const [what, read] of [
        ['as recorded', () => reader.readResults(query)],
        ['in the order of the rows', () => reader.readRows(query)],
      ] as const) {
        const began = performance.now()
        const { length } = await read()
        say(`  ${name}, ${what}: ${length} in ${(performance.now() - began).toFixed(0)} ms`)
      }
  })
  await store.close()
}

const scenarios: Readonly<Record<string, (rows: number | undefined) => Promise<void>>> = {
  many: (rows = 1_000_000) =>
    withDesk({ users: 100_000, timeScale: 0, writeMs: 20 }, async desk => {
      const file = join(desk.folder, 'members.csv')
      await writeMembers(file, rows, await idsIn(desk, 5_000, 100_000))
      tell(`${number(rows)} members of 5,000 groups, no quotas`, await send(desk, file, 0))
      await resultPages(desk)
    }),
  bad: (rows = 100_000) =>
    withDesk({ users: 100_000, timeScale: 0, writeMs: 20 }, async desk => {
      const file = join(desk.folder, 'members.csv')
      const isBad = (at: number): boolean => at % 20 === 3
      await writeMembers(file, rows, await idsIn(desk, 50, 100_000), isBad)
      tell(`${number(rows)} members of 50 groups, 5 % of them nobody`, await send(desk, file, 0))
    }),
  intake: (rows = 1_000_000) =>
    withDesk({ users: 100_000, timeScale: 0, writeMs: 20 }, async desk => {
      const file = join(desk.folder, 'members.csv')
      await writeMembers(file, rows, await idsIn(desk, 20, 100_000))
      await takeIn('members', rows, desk, ['members', 'add', '--from', file])
    }),
  'intake-users': (rows = 1_000_000) =>
    withDesk({ users: 1_000, timeScale: 0, writeMs: 20 }, async desk => {
      const file = join(desk.folder, 'users.csv')
      await writeTemplate(file, rows)
      await takeIn('new users', rows, desk, ['users', 'create', '--from', file])
    }),
}
// In Graph's own time: a write takes its latency, and its share of the quota comes 20 times a second.
for (const writeMs of [50, 200])
  for (const [name, groups, most] of [
    ['quota', 50, 140_000],
    ['one', 1, 20_000_000 / writeMs / 4],
  ] as const)
    Object.assign(scenarios, {
      [`${name}-${writeMs}`]: (rows = most) =>
        withDesk({ users: 100_000, timeScale: 1, writeMs }, async desk => {
          const file = join(desk.folder, 'members.csv')
          await writeMembers(file, rows, await idsIn(desk, groups, 100_000))
          tell(`${number(rows)} members of ${groups} groups, ${writeMs} ms`, await send(desk, file, 1))
        }),
    })

const rows = process.argv.find(argument => /^\d+$/.test(argument))
const wanted = process.argv.slice(2).filter(argument => argument in scenarios)
for (const name of wanted.length > 0 ? wanted : Object.keys(scenarios))
  await scenarios[name]!(rows ? Number(rows) : undefined)
