/**
 * Measures how much of a tenant's quota the workers of a fleet use together, and how often Graph would refuse them:
 *
 *     node --conditions=entrapipe-source bench/fleet-quota.ts [writes | reads | cancel …]
 *
 * `writes`: four write jobs of four pipelines on one tenant, each with a worker of its own and all of the quota, 3,000 writes per 150 s;
 * five minutes after the burst is spent. `reads`: an export to part files by three workers at 200 resource units per 10 s; five minutes
 * after the burst is spent. `cancel`: the time from the cancellation of a write job to the last request that leaves. A real PostgreSQL
 * server, and a sandbox with Graph's quotas in real time. Linux only. Ends with 1 if less than 90 % is used, if 1 % or more is refused,
 * or if a request leaves two seconds after a cancellation.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../src/core/clock.ts'
import { usedShare, writesIn, type Counters, type Quotas } from './counters.ts'
import { ann, fleetBed } from './fleet-bed.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const measuredMs = 300_000
type Bed = Awaited<ReturnType<typeof fleetBed>>

const countersOf = async ({ control }: Bed): Promise<Counters> =>
  JSON.parse(await control('GET', '/counters')) as Counters

const shareOf = async ({ control }: Bed, quota: string): Promise<number> =>
  usedShare(JSON.parse(await control('GET', '/quotas')) as Quotas, quota)

const failed = (what: string): void => {
  say(`WRONG: ${what}`)
  process.exitCode = 1
}

/** Waits until the burst of a quota is spent. */
const untilSpent = async (bed: Bed, quota: string): Promise<void> => {
  const began = systemClock.now()
  while ((await shareOf(bed, quota)) < 0.95) {
    await systemClock.sleep(250)
    if (systemClock.now() - began > 600_000) throw new Error('The burst was not spent within ten minutes.')
  }
  say(`the burst was spent after ${((systemClock.now() - began) / 1000).toFixed(0)} s`)
}

const judge = (what: string, used: number, wanted: number, refused: number, attempted: number): void => {
  const share = used / wanted
  const refusedShare = refused / attempted
  say(
    `${what}: ${used.toFixed(0)} of ${wanted.toFixed(0)} (${(share * 100).toFixed(1)} %), ${refused} of ${attempted} refused (${(refusedShare * 100).toFixed(2)} %)`,
  )
  if (share < 0.9) failed('less than 90 % is used')
  if (refusedShare >= 0.01) failed('1 % or more is refused')
}

const rows = 5000
const csvs: Readonly<Record<string, (at: number, ids: readonly string[]) => readonly string[]>> = {
  'users create': at => [`New ${at}`, `quota${at}@contoso.com`, `quota${at}`, 'true', `Pa55-w0rd-${at}`],
  'users update': (at, ids) => [ids[at]!, `Moved ${at}`],
  'groups create': at => [`Quota ${at}`, `quotagroup${at}`],
  'users revoke-sessions': (at, ids) => [ids[rows + at]!],
}
const headers: Readonly<Record<string, string>> = {
  'users create': 'displayName,userPrincipalName,mailNickname,accountEnabled,password',
  'users update': 'id,department',
  'groups create': 'displayName,mailNickname',
  'users revoke-sessions': 'id',
}

const userIds = async ({ state, control }: Bed, many: number): Promise<readonly string[]> => {
  const { accessToken: token } = JSON.parse(await control('POST', '/tokens', {})) as Record<string, string>
  const ids: string[] = []
  let next: string | undefined = `${state['baseUrl']}/users?$select=id,onPremisesSyncEnabled&$top=999`
  while (next !== undefined && ids.length < many) {
    const reply = await fetch(next, { headers: { authorization: `Bearer ${token}` } })
    const page = (await reply.json()) as {
      readonly value: readonly { readonly id: string; readonly onPremisesSyncEnabled: boolean | null }[]
      readonly '@odata.nextLink'?: string
    }
    // Graph refuses to change what is synchronized from elsewhere.
    ids.push(...page.value.filter(user => !user.onPremisesSyncEnabled).map(({ id }) => id))
    next = page['@odata.nextLink']
  }
  return ids
}

const submitRows = async (bed: Bed, pipeline: string, ids: readonly string[], many = rows) => {
  const from = join(bed.files, `${pipeline.replace(' ', '-')}.csv`)
  const lines = Array.from({ length: many }, (_, at) => csvs[pipeline]!(at, ids).join(','))
  writeFileSync(from, `${headers[pipeline]}\n${lines.join('\n')}\n`)
  return bed.jobs.submit({ pipeline, params: {}, paths: { from }, tenant: 'sandbox', options: { quotaShare: 1 } }, ann)
}

const scenarios: Readonly<Record<string, () => Promise<void>>> = {
  async writes() {
    const bed = await fleetBed(['--users', '30000', '--throttle', 'real', '--latency', '50ms'])
    try {
      const ids = await userIds(bed, 2 * rows)
      for (let at = 0; at < 4; at++) await bed.worker()
      await bed.control('DELETE', '/counters')
      const made = []
      for (const pipeline of Object.keys(csvs)) made.push((await submitRows(bed, pipeline, ids)).id)
      await untilSpent(bed, 'write')
      const [before, beganMs] = [await countersOf(bed), systemClock.now()]
      const states = await Promise.all(made.map(id => bed.jobs.get(id)))
      say(states.map(({ pipeline, state }) => `${pipeline} ${state}`).join(', '))
      await systemClock.sleep(measuredMs)
      const [after, tookMs] = [await countersOf(bed), systemClock.now() - beganMs]
      const jobs = await Promise.all(made.map(id => bed.jobs.get(id)))
      say(jobs.map(({ pipeline, state, counts }) => `${pipeline} ${state} ${counts?.done ?? 0}`).join(', '))
      judge(
        'writes after the burst',
        writesIn(after).applied - writesIn(before).applied,
        (3000 / 150_000) * tookMs,
        writesIn(after).refused,
        writesIn(after).attempted,
      )
    } finally {
      await bed.end()
    }
  },

  // The quota of a large tenant is 8,000 units per 10 s: in 400 s of the sandbox it is refilled as 200 units per 10 s are.
  async reads() {
    const bed = await fleetBed([
      ...['--users', '1000000', '--throttle', 'real', '--time-scale', String(200 / 8000), '--latency', '50ms'],
    ])
    try {
      for (let at = 0; at < 3; at++) await bed.worker()
      await bed.control('DELETE', '/counters')
      const { id } = await bed.jobs.submit(
        {
          pipeline: 'export users',
          params: { select: ['id', 'displayName'], pageSize: 50, format: 'jsonl', partRows: 50_000 },
          paths: { to: `${join(bed.files, 'users')}/` },
          tenant: 'sandbox',
        },
        ann,
      )
      await untilSpent(bed, 'read')
      const [before, beganMs] = [await countersOf(bed), systemClock.now()]
      await systemClock.sleep(measuredMs)
      const [after, tookMs] = [await countersOf(bed), systemClock.now() - beganMs]
      const { state, counts, progress } = await bed.jobs.get(id)
      say(`${state}, ${counts?.done ?? 0} rows, bound by ${progress?.boundBy}`)
      judge(
        'units after the burst',
        after.resourceUnits - before.resourceUnits,
        (200 / 10_000) * tookMs,
        after.throttled,
        after.requests,
      )
    } finally {
      await bed.end()
    }
  },

  async cancel() {
    const bed = await fleetBed(['--users', '30000', '--throttle', 'real', '--latency', '50ms'])
    try {
      const ids = await userIds(bed, 2 * rows)
      await bed.worker()
      for (const pipeline of ['users update', 'users revoke-sessions']) {
        const { id } = await submitRows(bed, pipeline, ids)
        while (((await bed.jobs.get(id)).counts?.done ?? 0) < 100) await systemClock.sleep(50)
        const askedMs = systemClock.now()
        await bed.jobs.cancel(id, ann)
        let [last, lastMs] = [0, askedMs]
        while (systemClock.now() - askedMs < 10_000) {
          const now = writesIn(await countersOf(bed)).attempted
          if (now > last) [last, lastMs] = [now, systemClock.now()]
          await systemClock.sleep(10)
        }
        const { state, counts } = await bed.jobs.get(id)
        const left = lastMs - askedMs
        say(
          `${pipeline}: ${state}, ${counts?.done ?? 0} done, ${counts?.pending ?? 0} pending, the last request was seen ${left} ms after the cancellation`,
        )
        if (left > 2000) failed('a request left two seconds after the cancellation')
        if (state !== 'cancelled') failed(`it is ${state}`)
      }
    } finally {
      await bed.end()
    }
  },
}

const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : Object.keys(scenarios)) {
  say(name)
  await scenarios[name]!()
}
