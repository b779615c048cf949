import { joined } from '../../core/joined.ts'
import { isGuid } from '../../core/guid.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { GraphReply } from '../../core/graph.ts'
import type { Decision, Finding, Looked, Operation, OperationContext, Ready, Sent } from '../../core/operation.ts'
import type { LicenceChange } from '../../licensing/decisions/decision.ts'
import { effectOf } from '../../licensing/decisions/effect.ts'
import { findProduct } from '../../licensing/find-product.ts'
import { heldText } from '../../licensing/impact/row-impact.ts'
import { licencesOf } from '../../licensing/user-licences.ts'
import { notFound } from '../objects/one.ts'
import { madeByWhom } from '../replies/verdicts.ts'
import { expectOnly, invalid } from '../values/expect.ts'
import { impactIn, nameIn, usersSeen } from './look.ts'
import { knownRules, planTopic } from './known-rules.ts'
import { productsSeen } from './products-seen.ts'
import { isSameStates, type ExchangeBefore, type ExchangeRow, type States, type TransferRow } from './exchange-row.ts'
import { halfOf, leftOffRemark, mailboxRemarks } from './remarks.ts'
import { acceptLicence, guardIn, isAside, isSamePlans, namesIn, ofLicences, type LicenceRow } from './row.ts'
import { planNamed, productNamed } from '../../licensing/shown-names.ts'
import { taughtBy } from './taught.ts'
import { settleExchange } from './settle.ts'
import { lookAtTransfers, statesOf, whatIsLost } from './transfer-look.ts'
import { productUnits } from './units.ts'

type Exchange<V extends LicenceRow> = Operation<V, ExchangeBefore>

const remarks = ({ sku }: LicenceRow, { stay = [], mailbox, leftOff = [] }: ExchangeBefore): readonly string[] => [
  ...stay.map(halfOf),
  ...mailboxRemarks(mailbox),
  ...leftOff.map(each => leftOffRemark(sku, each)),
]

interface ExchangePair {
  readonly value: LicenceRow
  readonly before: ExchangeBefore
}

const bodyOf = ({ before: { states, after } }: ExchangePair) => {
  const unlike = Object.keys(after).filter(sku => !isSamePlans(after[sku], states[sku]))
  return {
    addLicenses: unlike.flatMap(sku => (after[sku] ? [{ skuId: sku, disabledPlans: [...after[sku]] }] : [])),
    removeLicenses: unlike.filter(sku => !after[sku]),
  }
}

const exchanging = {
  rowsPerRequest: 1,
  remarks,
  removal: (_: LicenceRow, { loses }: ExchangeBefore) => (loses ? 'remove' : undefined),
  touches: ({ user }: LicenceRow, { loses }: ExchangeBefore) => (loses ? [user] : []),
  request: ([row]: readonly ExchangePair[]) => ({
    method: 'POST' as const,
    url: `/users/${row!.value.user}/assignLicense`,
    body: { ...bodyOf(row!) },
  }),
  topic: planTopic,
  taught: ([row]: readonly ExchangePair[], reply: GraphReply, context: OperationContext) =>
    taughtBy(row!.value.user, bodyOf(row!), reply, context),
  settle: (rows: readonly Ready<LicenceRow, ExchangeBefore>[], reply: GraphReply) =>
    settleExchange(rows, reply, remarks),
  decide,
  isSame: (name: string, one: unknown, other: unknown) =>
    isAside(name) || (name === 'loses' ? one === other : isSameStates(one as States, other as States)),
  supply: productUnits,
  inverse: ({ user, sku }: LicenceRow, { states = {}, after = {} }: Partial<ExchangeBefore>) => ({
    kind: 'exchange-license',
    value: { user, sku, states },
    expected: { states: after },
  }),
} as const

const { columns } = ofLicences('transfer-license')

/** Replaces products by another one, in one request. */
export const transferringLicences: Exchange<TransferRow> = {
  ...ofLicences('transfer-license'),
  tellsImpact: true,
  ...exchanging,
  title: 'Transfer licences',
  columns: {
    names: columns.names,
    options: {
      from: { type: 'String', captions: columns.options.sku.captions },
      sku: { type: 'String', captions: ['newLicenseSku', 'newLicenceSku'] },
    },
  },
  accept(value) {
    const { from: _, newPlans, preserveMailbox: __, ...rest } = value
    const row = acceptLicence(rest, 'transfer-license')
    const from = namesIn(value, 'from') ?? []
    if (from.length === 0) throw invalid('from', 'from is missing: the products that are replaced.')
    if (from.includes(row.sku)) throw invalid('from', `${productNamed(row.sku)} is both the old and the new product.`)
    return { ...row, from, ...(newPlans === 'off' && { newPlans }), ...guardIn(value) }
  },
  resolved: (value, [user]) => ({ ...value, user: user! }),
  completed: withIds,
  detail({ sku, from }, before) {
    const leftOff = before?.leftOff ?? []
    const what = `${from.map(productNamed).join(', ')} → ${productNamed(sku)}`
    return leftOff.length === 0 ? what : `${what}, also without ${joined(leftOff.map(({ plan }) => planNamed(plan)))}`
  },
  look: lookAtTransfers,
  units: ({ sku }, { takes = [sku], frees = [] }) => ({ takes, frees }),
}

/** Gives back what a transfer has replaced, in one request. */
export const exchangingLicences: Exchange<ExchangeRow> = {
  ...ofLicences('exchange-license'),
  tellsImpact: true,
  ...exchanging,
  title: 'Exchange licences',
  accept(value) {
    expectOnly(value, ['user', 'sku', 'states'], 'exchange-license')
    const { states, ...rest } = value
    if (typeof states !== 'object' || states === null) throw invalid('states', 'states is missing: plans by product.')
    return { ...acceptLicence(rest, 'exchange-license'), states: states as States }
  },
  resolved: (value, [user]) => ({ ...value, user: user! }),
  units: ({ states }, { takes = Object.keys(states).filter(sku => states[sku]), frees = [] }) => ({ takes, frees }),
  async look(values, context) {
    if (values.length === 0) return []
    const products = await productsSeen(context)
    const seen = await usersSeen(values, context)
    return values.map(({ user: id, sku, states: wanted }, at): Looked<ExchangeBefore> => {
      const user = seen[at] && licencesOf(seen[at])
      if (!user) return notFound('user', id)
      const states = statesOf(user, Object.keys(wanted), products)
      if (isSameStates(states, wanted))
        return { outcome: 'unchanged', id, message: `The user has ${productNamed(sku)} and the others as wanted.` }
      const change: LicenceChange = {
        addLicenses: Object.entries(wanted).flatMap(([skuId, off]) => (off ? [{ skuId, disabledPlans: off }] : [])),
        removeLicenses: Object.keys(wanted).filter(each => !wanted[each] && states[each]),
      }
      const effect = effectOf(user, change, products, knownRules(context))
      return {
        send: { states, after: wanted, ...whatIsLost(user, change, effect, products), ...nameIn(seen[at]!) },
        ...impactIn(context, seen[at]!, heldText(user), { change, isInherited: false }),
      }
    })
  },
}

async function decide(
  rows: readonly Sent<LicenceRow, ExchangeBefore>[],
  context: OperationContext,
): Promise<readonly Decision[]> {
  if (rows.length === 0) return []
  const products = await productsSeen(context)
  const seen = await usersSeen(
    rows.map(({ value }) => value),
    context,
  )
  return rows.map((row, at): Decision => {
    const user = seen[at] && licencesOf(seen[at])
    if (!user) return { unknown: 'No reply came, and then the user was deleted.' }
    const { states, after } = row.before
    const now = statesOf(user, Object.keys(states), products)
    if (isSameStates(now, after)) return madeByWhom(row, row.value.user, Object.keys(states).length)
    if (isSameStates(now, states)) return 'not-done'
    return { unknown: 'No reply came, and then somebody else changed these products of the user.' }
  })
}

async function withIds(
  values: readonly TransferRow[],
  context: OperationContext,
): Promise<readonly ({ readonly value: TransferRow } | Finding)[]> {
  if (values.every(({ sku, from }) => [sku, ...from].every(isGuid))) return values.map(value => ({ value }))
  const products = await productsSeen(context)
  return values.map(value => {
    try {
      const idOf = (name: string): string => findProduct(products, name).skuId
      return { value: { ...value, sku: idOf(value.sku), from: [...new Set(value.from.map(idOf))].sort() } }
    } catch (error) {
      if (!(error instanceof EntrapipeError)) throw error
      return { outcome: 'failed', code: error.code, message: error.message, fix: error.fix ?? 'Correct the row.' }
    }
  })
}
