import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Phase } from '../../engine/phases.ts'
import type { Plan } from '../../engine/plan.ts'
import { memberLicences } from '../../licensing/member-licences.ts'
import { plansByProduct } from '../../operations/licences/completed.ts'
import { graph } from '../../sinks/graph.ts'
import { nowhere } from '../hr/nowhere.ts'
import { processing, waitStore } from './processing.ts'
import { describedTarget, keyOfProduct, targetOf, type FindTarget, type Target } from './target.ts'

/** Parameters of the commands about the licences of a group, named like their flags. */
export interface GroupLicenceParams {
  readonly group: string
  readonly sku?: readonly string[]
  /** Milliseconds. */
  readonly waitMs?: number
}

type Rows = readonly { readonly key: string; readonly value: Fields }[]

interface RowsOptions {
  readonly kind: string
  readonly target: FindTarget
  /** What else decides which rows there are, for the identity of the run. */
  readonly describe?: Fields
  /** Also before anything is read or written. */
  readonly check?: (found: Target, ctx: Context) => void
  readonly waits?: boolean
  readonly rows: (found: Target, ctx: Context) => AsyncIterable<Rows> | Iterable<Rows>
}

/** A source whose rows are made of what a command names. */
export const rowsOfTarget = ({ kind, target, describe = {}, check, waits, rows }: RowsOptions): Source<Fields> => ({
  kind,
  usesGraph: true,
  live: false,
  async check(ctx) {
    check?.(await target(ctx), ctx)
  },
  describe: async ctx => ({ ...(await describedTarget(target, ctx)), ...describe }) as never,
  async *read(ctx) {
    const found = await target(ctx)
    if (waits) waitStore(ctx)
    await ctx.untilShown()
    for await (const page of rows(found, ctx)) yield { rows: page }
  },
})

/** A phase that makes a change of each row: its value is that of the operation. @param more as of `graph` */
export const changing = (
  name: string,
  kind: string,
  source: Source<Fields>,
  more: Parameters<typeof graph<Fields>>[1] = {},
): Phase => ({
  name,
  plan: { source, sink: graph<Fields>(value => ({ kind, value: value as never }), more) } as object as Plan,
})

/** The phase that waits for the members, if the command shall wait. */
const waiting = (target: FindTarget, after: string, operation: string, waitMs: number | undefined): readonly Phase[] =>
  waitMs === undefined
    ? []
    : [
        {
          name: 'processing',
          plan: {
            source: processing({ target, after, operation, waitMs }),
            sink: nowhere() as Sink<never>,
          } as object as Plan,
        },
      ]

const expectSku = ({ sku = [] }: GroupLicenceParams): void => {
  if (sku.length === 0)
    throw new EntrapipeError('OPTION_INVALID', 'No product was named.', { fix: 'Name products with --sku.' })
}

interface PlanParams {
  readonly onlyPlans?: readonly string[]
  readonly disablePlans?: readonly string[]
}

/**
 * The phases of `licenses group assign`.
 *
 * @throws EntrapipeError `OPTION_INVALID`; the run then as `targetOf`, and for plans as `licenses assign`
 */
export const assignPlan = (params: GroupLicenceParams & PlanParams): readonly Phase[] => {
  expectSku(params)
  const { group, sku = [], onlyPlans, disablePlans: disabledPlans, waitMs } = params
  if (onlyPlans && disabledPlans)
    throw new EntrapipeError('OPTION_INVALID', 'Only one of --only-plans and --disable-plans can be given.')
  const names = given({ onlyPlans, disabledPlans })
  const target = targetOf({ group, sku, owned: true })
  const source = rowsOfTarget({
    kind: 'group-licences',
    target,
    describe: names,
    check: ({ named }) => void plansByProduct(named, names),
    waits: waitMs !== undefined,
    rows: ({ group: { id }, named }) => [
      [...plansByProduct(named, names)].map(([product, off]) => ({
        key: keyOfProduct(product, named),
        value: { group: id, sku: product.skuId, ...given({ disabledPlans: off }) },
      })),
    ],
  })
  return [
    changing('assign', 'assign-group-license', source),
    ...waiting(target, 'assign', 'assign-group-license', waitMs),
  ]
}

/** The phases of `licenses group remove`. @throws EntrapipeError as `assignPlan` */
export const removePlan = (params: GroupLicenceParams): readonly Phase[] => {
  expectSku(params)
  const { group, sku = [], waitMs } = params
  const target = targetOf({ group, sku })
  const source = rowsOfTarget({
    kind: 'group-licences',
    target,
    waits: waitMs !== undefined,
    rows: ({ group: { id }, named }) => [
      named.map(product => ({ key: keyOfProduct(product, named), value: { group: id, sku: product.skuId } })),
    ],
  })
  return [
    changing('remove', 'remove-group-license', source),
    ...waiting(target, 'remove', 'remove-group-license', waitMs),
  ]
}

/** The phases of `licenses group reprocess`: of these users, or of the members with errors. */
export const reprocessPlan = (params: GroupLicenceParams & { readonly id?: readonly string[] }): readonly Phase[] => {
  const { group, sku = [], id, waitMs } = params
  const target = targetOf({ group, sku })
  const source = rowsOfTarget({
    kind: 'members-with-license-errors',
    target,
    describe: given({ id }),
    waits: waitMs !== undefined,
    async *rows(found, ctx) {
      const value = {
        group: found.group.id,
        ...(found.named.length > 0 && { skus: found.named.map(({ skuId }) => skuId) }),
      }
      if (id) return yield [...new Set(id)].map(user => ({ key: user, value: { user, ...value } }))
      const list = memberLicences(ctx.graph, found.group.id, ctx.signal, 'membersWithLicenseErrors')
      for await (const members of list)
        yield members.flatMap(({ id: user, licences }) => {
          const shares = [...licences.inherited].filter(([skuId]) => !value.skus || value.skus.includes(skuId))
          const isWrong = shares.some(([, all]) =>
            all.some(({ group: by, error, state }) => by === found.group.id && (error !== null || state === 'Error')),
          )
          return isWrong ? [{ key: user, value: { user, ...value } }] : []
        })
    },
  })
  return [
    changing('reprocess', 'reprocess-license', source),
    ...waiting(target, 'reprocess', 'reprocess-license', waitMs),
  ]
}
