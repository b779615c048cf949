import type { Context, PartDatabase } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { thousands } from '../../core/thousands.ts'
import { licenceError } from '../../data/licence-errors.ts'
import { shownProduct } from '../../licensing/find-product.ts'
import { graphClock } from '../../engine/changes/graph-clock.ts'
import { shownTime } from '../../engine/changes/looks.ts'
import type { Product } from '../../licensing/products.ts'
import {
  countShares,
  errorsIn,
  productsOfGroup,
  productsWith,
  readGroupState,
  sumShares,
  type FailedShare,
  type ShareCounts,
} from './group-state.ts'
import { describedTarget, type FindTarget, type Target } from './target.ts'
import { untilProcessed, type Requested } from './until-processed.ts'

/** Name under which the end of a wait is kept with the run (`ctx.tell`). */
export const licensingTold = 'group-licensing'

/** How the members of a group ended. */
export interface LicensingTold {
  readonly group: string
  readonly groupName: string
  readonly active: number
  readonly inError: number
  /** By code. */
  readonly errors: Readonly<Record<string, number>>
  readonly pending: number
}

interface ProcessingOptions {
  readonly target: FindTarget
  /** Name of the phase whose changes are watched, and of their operation. */
  readonly after: string
  readonly operation: string
  readonly waitMs: number
}

const tables = [
  'create table waits (name text primary key, since integer not null) without rowid',
  'create table asked (user text primary key) without rowid',
]

/** Name of the note that Graph has begun to process the group. */
const begunNote = 'begun'

/** What is kept of a wait while its run is stopped. Opened by the phase before, so that a wait that starts over finds it. */
export const waitStore = (ctx: Context): PartDatabase => ctx.store.database('licence-wait', tables)

/**
 * Waits until the members of a group are processed, and settles those who are in error as failed rows. A wait that is resumed ends when the first one would
 * have. Its row is the group.
 *
 * @throws EntrapipeError `LICENCES_PENDING` when the time is over; the run can then be resumed, for as long again
 */
export const processing = ({ target, after, operation, waitMs }: ProcessingOptions): Source<Fields> => ({
  kind: 'licence-processing',
  usesGraph: true,
  live: false,
  check: async ctx => void (await target(ctx)),
  describe: async ctx => ({ ...(await describedTarget(target, ctx)), after, waitMs }),
  async *read(ctx) {
    if (ctx.dryRun) return
    const found = await target(ctx)
    const watched = await watchedChanges(found, after, ctx)
    const { products } = watched
    if (products.length === 0) return
    const requested = await requestedOf(watched, ctx)
    const sinceMs = begun(ctx)
    // Also of users: a licence that is processed again is a change of its user.
    await ctx.untilShown()
    const { state, counts, isOver } = await untilProcessed(found, products, sinceMs + waitMs, ctx, requested)
    const sum = sumShares(counts.values())
    if (!isOver) {
      waitStore(ctx).sql.exec("delete from waits where name = 'processing'")
      throw notOver(found, sum)
    }
    // Counted again, so that rows and numbers are of one look.
    const last =
      errorsIn(sum) === 0
        ? counts
        : await countShares(found, products, state, ctx, requested.at, shares => {
            for (const share of shares) ctx.settled(failure(share, found, operation))
          })
    const told = toldOf(found, sumShares(last.values()))
    await ctx.tell(licensingTold, told as object as Json)
    ctx.origin({ note: sentence(told, products) })
    yield { rows: [{ key: found.group.id, value: told as object as Fields }] }
  },
})

/** When the wait began: now, unless it is resumed. */
const begun = (ctx: Context): number => {
  const { sql, write } = waitStore(ctx)
  write(() => sql.prepare("insert or ignore into waits values ('processing', ?)").run(ctx.clock.now()))
  return Number(sql.prepare("select since from waits where name = 'processing'").get()!['since'])
}

/** What is waited for. */
interface Watched {
  readonly products: readonly Product[]
  /** When changes of the group were sent, by product, by our clock. */
  readonly sentMs: ReadonlyMap<string, number>
  /** When the first of the users was sent who were accepted and not processed, by our clock. Their ids are kept. */
  readonly usersSentMs: number | undefined
}

/** The products whose change was made, or was not necessary, or of which only the group shows that it was made. Changes of users are about those that the command names, or all of the group. */
const watchedChanges = async (target: Target, after: string, ctx: Context): Promise<Watched> => {
  const skus = new Set<string>()
  /** Products of which it is not known who has assigned them, if the group has them. */
  const doubtful = new Set<string>()
  const sent = new Map<string, number>()
  let [ofUsers, usersSentMs]: [boolean, number | undefined] = [false, undefined]
  const { sql, write } = waitStore(ctx)
  const ask = sql.prepare('insert or ignore into asked values (?)')
  for await (const page of ctx.changes(after))
    write(() => {
      for (const { row, outcome, sentMs } of page) {
        const { sku, user } = row.value
        if (typeof sku === 'string') {
          if (outcome === 'unknown') doubtful.add(sku)
          else if (outcome === 'done' || outcome === 'unchanged') skus.add(sku)
          else continue
          if (outcome !== 'unchanged' && sentMs !== undefined) sent.set(sku, sentMs)
        } else if (outcome === 'unknown' && sentMs !== undefined) {
          ofUsers = true
          ask.run(String(user))
          usersSentMs = Math.min(sentMs, usersSentMs ?? Infinity)
        } else ofUsers ||= outcome === 'done' || outcome === 'unchanged'
      }
    })
  const state = ofUsers || doubtful.size > 0 ? await readGroupState(target, ctx) : undefined
  if (ofUsers) return { products: productsOfGroup(target, state!), sentMs: sent, usersSentMs }
  for (const sku of doubtful) if (state!.assigned.has(sku)) skus.add(sku)
  return { products: productsWith(target, skus), sentMs: sent, usersSentMs }
}

/** Whether the group has shown that Graph has begun is kept, as it may have ended when the wait is resumed. */
const requestedOf = async ({ sentMs, usersSentMs }: Watched, ctx: Context): Promise<Requested> => {
  if (sentMs.size === 0 && usersSentMs === undefined) return { at: () => undefined, begun: () => false }
  const { sql, write } = waitStore(ctx)
  const kept = sql.prepare('select since from waits where name = ?')
  const keep = sql.prepare('insert or replace into waits values (?, ?)')
  const run = {
    loadNote: async (name: string) => kept.get(name)?.['since'] as number | undefined,
    saveNote: async (name: string, value: Json) => void write(() => keep.run(name, Number(value))),
  }
  const aheadMs = await graphClock({ graph: ctx.graph, clock: ctx.clock, signal: ctx.signal, run })()
  const at = (ms: number): number => shownTime(ms, aheadMs)
  if (usersSentMs !== undefined) {
    const asked = sql.prepare('select 1 from asked where user = ?')
    return { at: (_, user) => (asked.get(user) ? at(usersSentMs) : undefined), begun: () => false }
  }
  let hasBegun = kept.get(begunNote) !== undefined
  return {
    at({ skuId }) {
      const ms = hasBegun ? undefined : sentMs.get(skuId)
      return ms === undefined ? undefined : at(ms)
    },
    begun() {
      if (!hasBegun) write(() => keep.run(begunNote, 1))
      return (hasBegun = true)
    },
  }
}

const failure = ({ user, name, product, error }: FailedShare, { name: group }: Target, operation: string) => {
  const { meaning, fix } = licenceError(error)
  return {
    key: `${user}/${product.partNumber}`,
    operation,
    target: name,
    outcome: 'failed',
    id: user,
    code: error,
    message: `${shownProduct(product)} by group ${group}: ${meaning}`,
    fix,
  } as const
}

const toldOf = ({ group, name }: Target, sum: ShareCounts): LicensingTold => ({
  group: group.id,
  groupName: name,
  active: sum.active,
  inError: errorsIn(sum),
  errors: sum.errors,
  pending: sum.pending,
})

const numbers = ({ errors }: Pick<LicensingTold, 'errors'>): string =>
  joined(
    Object.entries(errors)
      .sort(([, one], [, other]) => other - one)
      .map(([code, many]) => `${code} ${thousands(many)}`),
  )

const sentence = (told: LicensingTold, products: readonly Product[]): string => {
  const { groupName, active, inError } = told
  const wrong =
    inError === 0
      ? 'none is in error.'
      : `${thousands(inError)} ${inError === 1 ? 'is' : 'are'} in error (${numbers(told)}).`
  return `Group ${groupName} is processed for ${joined(products.map(shownProduct))}: ${thousands(active)} ${active === 1 ? 'member is' : 'members are'} as wanted, ${wrong}`
}

const notOver = ({ name }: Target, sum: ShareCounts): EntrapipeError => {
  const { active, pending, outdated } = sum
  return new EntrapipeError(
    'LICENCES_PENDING',
    `The time of --wait is over, and ${pending === 0 ? `group ${name} is still being processed` : `${thousands(pending)} members of group ${name} are not processed${outdated === 0 ? '' : ` (${thousands(outdated)} with an error from before)`}`}: ${thousands(active)} are as wanted, ${thousands(errorsIn(sum))} in error.`,
    {
      facts: { active, pending, errors: errorsIn(sum) },
      fix: 'The same command goes on waiting, and sends nothing again.',
    },
  )
}
