import type { Outcome } from '../../core/result.ts'
import { conflictCode } from '../conflicts.ts'
import type { Products } from '../products.ts'
import { heldOf, type ImpactBody } from './row-impact.ts'
import { sidesOf, userEffect, type Side, type SideFate, type TransferOf, type UserEffect } from './user-effect.ts'

/** A row of a user, as the tally counts it. */
export interface TallyRow {
  readonly impact?: ImpactBody | undefined
  /** Text that is the same for equal impacts. */
  readonly sameAs?: string
  /** Whether it is about the usage location, and not about a licence. */
  readonly isLocation?: boolean
  /** Of such a row: the user has no usage location. */
  readonly lacksLocation?: boolean
  /** Without it, the row would be sent. */
  readonly outcome?: Outcome | undefined
  readonly code?: string | undefined
}

/** Numbers of users for one product. */
export interface ProductCounts {
  takes: number
  frees: number
  keptByGroups: number
}

/** Numbers of users for one plan. `users`: those of the selection who have it before. */
export interface PlanCounts {
  users: number
  gained: number
  lost: number
}

/** Both sides of a transfer, with the numbers of users of each line. */
export interface SidesCounts extends TransferOf {
  readonly lines: readonly (Side & Readonly<Record<SideFate, number>>)[]
}

/** What was counted. */
export interface Counts {
  /** Rows about licences, by what becomes of them. */
  readonly rows: Readonly<Record<'toSend' | 'unchanged' | 'skipped' | 'failed', number>>
  readonly users: number
  readonly affected: number
  /** Users without a usage location who would be assigned a product, and those of them who get one. */
  readonly withoutLocation: number
  readonly getLocation: number
  /** Rows for which nothing is sent because a group gives the product, and those whose plans would conflict. */
  readonly inherited: number
  readonly conflicts: number
  readonly mailboxes: Readonly<Record<'gained' | 'smaller' | 'lost', number>>
  readonly products: ReadonlyMap<string, ProductCounts>
  readonly plans: ReadonlyMap<string, PlanCounts>
  readonly sides: readonly SidesCounts[]
  /** Transfers between other products, which have no lines of their own. */
  readonly otherSides: number
}

/** Kinds of users whose effect is remembered: users who have the same and lose the same are counted together. */
const mostKinds = 10_000
/** Different transfers of which both sides are counted. */
const mostTransfers = 20

interface Kind {
  readonly effect: UserEffect
  readonly transfers: readonly Transfer[]
  /** Number of transfers whose sides are not counted. */
  readonly others: number
  users: number
}

interface Transfer extends TransferOf {
  readonly lines: readonly Side[]
  readonly counts: readonly Record<SideFate, number>[]
}

/** Counts users one by one. Its size depends on the products and plans, not on the number of users. */
export const impactTally = (products: Products) => {
  const rows = { toSend: 0, unchanged: 0, skipped: 0, failed: 0 }
  const sums = { users: 0, affected: 0, withoutLocation: 0, getLocation: 0, inherited: 0, conflicts: 0, otherSides: 0 }
  const mailboxes = { gained: 0, smaller: 0, lost: 0 }
  const byProduct = new Map<string, ProductCounts>()
  const byPlan = new Map<string, PlanCounts>()
  const transfers = new Map<string, Transfer>()
  let kinds = new Map<string, Kind>()

  const productAt = (sku: string): ProductCounts => at(byProduct, sku, () => ({ takes: 0, frees: 0, keptByGroups: 0 }))
  const planAt = (id: string): PlanCounts => at(byPlan, id, () => ({ users: 0, gained: 0, lost: 0 }))

  const transferOf = ({ from, to }: TransferOf): Transfer | undefined => {
    const key = `${from.toSorted().join()} ${to}`
    if (!transfers.has(key) && transfers.size >= mostTransfers) return undefined
    return at(transfers, key, () => {
      const lines = sidesOf({ from, to }, products)
      return { from, to, lines, counts: lines.map(() => ({ keptOn: 0, keptOff: 0, gained: 0, lost: 0 })) }
    })
  }
  const kindOf = (key: string, { held }: ImpactBody, sent: readonly ImpactBody[]): Kind => {
    const known = kinds.get(key)
    if (known) return known
    if (kinds.size >= mostKinds) fold()
    const of = sent.flatMap(({ transfer }) => transfer ?? [])
    const found = of.map(transferOf).filter(each => each !== undefined)
    const effect = userEffect(
      heldOf(held),
      sent.map(({ change }) => change!),
      found.map(({ lines }) => lines),
      products,
    )
    const kind = { effect, transfers: found, others: of.length - found.length, users: 0 }
    kinds.set(key, kind)
    return kind
  }
  /** Adds up what was counted by kinds of users. */
  const fold = (): void => {
    for (const { effect, transfers: of, others, users } of kinds.values()) {
      sums.otherSides += others * users
      for (const name of ['takes', 'frees', 'keptByGroups'] as const)
        for (const sku of effect[name]) productAt(sku)[name] += users
      for (const id of effect.before) planAt(id).users += users
      for (const id of effect.gained) planAt(id).gained += users
      for (const id of effect.lost) planAt(id).lost += users
      if (effect.mailbox in mailboxes) mailboxes[effect.mailbox as keyof typeof mailboxes] += users
      for (const [nth, fates] of effect.sides.entries())
        for (const [line, fate] of fates.entries()) of[nth]!.counts[line]![fate] += users
    }
    kinds = new Map()
  }
  const addRow = ({ outcome, code, impact, isLocation = false }: TallyRow): void => {
    if (isLocation) return
    if (outcome === undefined) rows.toSend++
    else if (outcome === 'unchanged' || outcome === 'skipped') rows[outcome]++
    else rows.failed++
    if (code === conflictCode) sums.conflicts++
    if (impact?.isInherited) sums.inherited++
  }
  return {
    /** Adds a row that was never looked at. */
    addRow,
    /** Adds all rows of one user. Returns what they do together; undefined if the user was not read. */
    addUser(ofUser: readonly TallyRow[]): UserEffect | undefined {
      ofUser.forEach(addRow)
      const looked = ofUser.flatMap(({ impact }) => impact ?? [])
      const locations = ofUser.filter(({ lacksLocation }) => lacksLocation)
      if (looked.length === 0 && locations.length === 0) return undefined
      if (locations.length > 0 || looked.some(({ lacksLocation }) => lacksLocation)) sums.withoutLocation++
      if (locations.some(({ outcome }) => outcome === undefined)) sums.getLocation++
      sums.users++
      const [first] = looked
      if (!first) return undefined
      const rowsSent = ofUser.filter(({ impact, outcome }) => outcome === undefined && impact?.change)
      if (rowsSent.length > 0) sums.affected++
      const key = `${rowsSent.map(({ sameAs }) => sameAs).join('\n')}\n${rowsSent.length > 0 ? '' : first.held}`
      const kind = kindOf(
        key,
        first,
        rowsSent.flatMap(({ impact }) => impact ?? []),
      )
      kind.users++
      return kind.effect
    },
    counts(): Counts {
      fold()
      return {
        rows,
        ...sums,
        mailboxes,
        products: byProduct,
        plans: byPlan,
        sides: [...transfers.values()].map(({ from, to, lines, counts }) => ({
          from,
          to,
          lines: lines.map((line, nth) => ({ ...line, ...counts[nth]! })),
        })),
      }
    },
  }
}

const at = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
