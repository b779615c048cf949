import type { Clock } from '../core/clock.ts'
import type { Notice } from '../jobs/notices.ts'
import type { Tables } from '../store/tables/tables.ts'

/** A notice on its way to one target. */
export interface Delivery {
  readonly id: string
  readonly target: string
  readonly notice: Notice
  /** With this one. */
  readonly attempts: number
  readonly createdAtMs: number
}

/** Longer than one attempt takes: then its server has died. */
const claimMs = 120_000
const atOnce = 20
const [firstWaitMs, mostWaitMs] = [30_000, 3_600_000]
const lifeMs = 24 * 3_600_000

/** The notices of a store on their way. Any number of servers may send them: each attempt belongs to one. */
export const deliveriesIn = (tables: Tables, clock: Clock) => ({
  /** Takes what is new, once: a delivery for each target that a notice is for. */
  accept: (targetsOf: (notice: Notice) => readonly string[]): Promise<unknown> =>
    tables.transaction(async on => {
      for (const line of await on.query('delete from notices returning id, notice')) {
        const notice = JSON.parse(String(line['notice'])) as Notice
        for (const target of targetsOf(notice))
          await on.query(
            `insert into deliveries (id, target, notice, attempts, created_at, next_at) values ($1, $2, $3, 0, $4, $4)
             on conflict do nothing`,
            [notice.id, target, String(line['notice']), clock.now()],
          )
      }
    }, true),

  /** Takes deliveries whose time has come, for one attempt each. */
  claim: (): Promise<readonly Delivery[]> =>
    tables.transaction(async on => {
      const now = clock.now()
      const lines = await on.query(
        'select * from deliveries where next_at <= $1 order by next_at, id, target limit $2',
        [now, atOnce],
      )
      for (const line of lines)
        await on.query('update deliveries set attempts = attempts + 1, next_at = $3 where id = $1 and target = $2', [
          ...[line['id']!, line['target']!, now + claimMs],
        ])
      return lines.map(line => ({
        id: String(line['id']),
        target: String(line['target']),
        notice: JSON.parse(String(line['notice'])) as Notice,
        attempts: Number(line['attempts']) + 1,
        createdAtMs: Number(line['created_at']),
      }))
    }, true),

  /** Forgets a delivery: it has arrived, or is given up. */
  forget: ({ id, target }: Delivery): Promise<unknown> =>
    tables.query('delete from deliveries where id = $1 and target = $2', [id, target]),

  /** Tries a delivery again later. Returns when, in milliseconds since 1970; undefined if it is a day old, and is given up. */
  async postpone(delivery: Delivery): Promise<number | undefined> {
    const { id, target, attempts, createdAtMs } = delivery
    const now = clock.now()
    if (now - createdAtMs >= lifeMs) {
      await this.forget(delivery)
      return undefined
    }
    const at = now + Math.min(mostWaitMs, firstWaitMs * 4 ** (attempts - 1))
    await tables.query('update deliveries set next_at = $3 where id = $1 and target = $2', [id, target, at])
    return at
  },
})
