import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import { once } from '../../core/once.ts'
import type { Values } from '../../core/operation.ts'
import type { Transform } from '../../core/parts.ts'
import { shownProduct } from '../../licensing/find-product.ts'
import type { Product } from '../../licensing/products.ts'
import { plansByProduct, type PlanNames } from '../../operations/licences/completed.ts'
import { invalid } from '../../operations/values/expect.ts'
import { heldRows } from './file-columns.ts'
import { finderIn, owned, type Finder } from './find-products.ts'
import { inColumn, namedProducts, textsIn } from './named-products.ts'

/** What a command says of products, for rows that do not say it. */
export interface ProductOptions extends PlanNames {
  /** Products by id, part number or name. */
  readonly skus: readonly string[]
  /** The product that replaces them, of `transfer-license`. */
  readonly to?: string
  /** Whether plans that are new to the user are on. */
  readonly newPlans?: 'on' | 'off'
  /** Plans to turn on, of `modify-license`, whose `disabledPlans` are turned off. */
  readonly enablePlans?: readonly string[]
  /** The product that users get beside those of their rows, of `modify-license`. The plans are its plans. */
  readonly add?: string
  /** Rows that would take the last plan for a mailbox are held back. */
  readonly preserveMailbox?: boolean
  /** The plan of the mailbox is kept alone instead, of `remove-license`. */
  readonly keep?: 'exchange'
  /** For users without one: a code, or `country`. */
  readonly usageLocation?: string
}

/** Operations on products of users. */
export type LicenceKind = 'assign-license' | 'transfer-license' | 'modify-license' | 'remove-license'

/** How rows become licences. */
interface ProductRows {
  readonly kind: LicenceKind
  readonly options: ProductOptions
  /** @throws EntrapipeError `ROW_INVALID` (facts: column) */
  readonly valuesOf: (row: Fields) => Values
}

/**
 * Makes a row of each product that a row of the input names: its key is that of the input, with a number if there are several. What the row
 * says takes precedence over the command.
 *
 * @throws EntrapipeError in its check, for what the command names: `SKU_UNKNOWN`, `SKU_AMBIGUOUS`, `SKU_NOT_OWNED`, `SERVICE_PLAN_UNKNOWN`,
 *   `SERVICE_PLAN_AMBIGUOUS`, `SERVICE_PLAN_FIXED`
 */
export const productRows = ({ kind, options, valuesOf }: ProductRows): Transform<Fields, Values> => {
  const assigns = kind === 'assign-license'
  const transfers = kind === 'transfer-license'
  const targetName = options.to ?? options.add
  const targetOfAll = (finder: Finder): Product | undefined =>
    targetName === undefined ? undefined : owned(finder, [targetName])[0]
  let products: (() => Promise<Finder>) | undefined
  const opened = (ctx: Context): Promise<Finder> => (products ??= once(() => finderIn(ctx)))()
  const found = (finder: Finder, texts: readonly string[]): readonly Product[] =>
    assigns ? owned(finder, texts) : [...new Set(texts.map(finder.find))]
  return {
    kind,
    usesGraph: true,
    async check(ctx) {
      const all = found(await opened(ctx), options.skus)
      if (all.length > 0 || options.add !== undefined) valuesBy(kind, all, options, targetOfAll(await opened(ctx)))
    },
    describe: async () => JSON.parse(JSON.stringify(options)) as never,
    async open(ctx) {
      const finder = await opened(ctx)
      const to = targetOfAll(finder)
      const saysHeld = heldRows()
      const ofCommand = options.skus.map(finder.find)
      return ({ key, value: row }) => {
        const named = namedProducts(valuesOf(row), transfers ? 'from' : 'sku', finder.find)
        const { column, texts: ownSkus } = named
        const { sku, disabledPlans, ...own } = named.rest
        const value = { ...given({ usageLocation: options.usageLocation }), ...own }
        const isHeld = saysHeld(row)
        const [target, another] = textsIn('NewLicenseSKU', transfers ? sku : undefined)
        if (another !== undefined) throw invalid('NewLicenseSKU', 'NewLicenseSKU names several products.')
        if (transfers && target === undefined && !to)
          throw invalid('NewLicenseSKU', 'NewLicenseSKU is empty, and --to was not given.', 'Name the new product.')
        // What is off in a product that is replaced or removed is no wish.
        const plans = isHeld && !assigns ? [] : textsIn('DisabledPlans', disabledPlans)
        if (plans.length > 0 && !assigns)
          throw invalid(
            'DisabledPlans',
            'Only `licenses assign` reads the plans of rows.',
            'Empty the cell, or leave the column out with --columns DisabledPlans=.',
          )
        const skus = ownSkus.length > 0 ? ownSkus : options.skus
        if (skus.length === 0 && options.add === undefined)
          throw invalid(
            'LicenseSKU',
            kind === 'remove-license'
              ? 'LicenseSKU is empty, and neither --sku nor --all was given.'
              : 'LicenseSKU is empty, and --sku was not given.',
            'Name a product.',
          )
        const rows = inColumn(column, () =>
          valuesBy(
            kind,
            expectNamed(found(finder, skus), isHeld ? ofCommand : [], column),
            plans.length > 0 ? { ...options, disabledPlans: plans } : options,
            target === undefined ? to : owned(finder, [target])[0],
          ),
        ).map(made => ({ key, value: { ...value, ...made } }))
        return rows.length === 1 ? rows[0]! : rows
      }
    },
  }
}

/** A file that says what users have is not what a command says of other products. @throws EntrapipeError `ROW_INVALID` */
const expectNamed = (own: readonly Product[], ofCommand: readonly Product[], column: string): readonly Product[] => {
  const other = ofCommand.length > 0 ? own.find(product => !ofCommand.includes(product)) : undefined
  if (!other) return own
  throw invalid(
    column,
    `The user has ${shownProduct(other)} by the file, and --sku names other products.`,
    `Remove the row, leave --sku out, or ignore what the file says of products, with --columns "${column}=".`,
  )
}

/** What a row says of each product. */
const valuesBy = (
  kind: LicenceKind,
  found: readonly Product[],
  { enablePlans, disabledPlans, onlyPlans, newPlans, add, preserveMailbox, keep }: Omit<ProductOptions, 'skus'>,
  to?: Product,
): readonly Values[] => {
  const guard = preserveMailbox ? { preserveMailbox } : {}
  if (to) {
    if (found.includes(to)) throw sameProduct(to, add === undefined ? '--to' : '--add')
    const others = found.map(({ skuId }) => skuId).sort()
    if (add === undefined) return [{ sku: to.skuId, from: others, ...guard, ...(newPlans === 'off' && { newPlans }) }]
    const [enable, disable] = [enablePlans, disabledPlans].map(names =>
      plansByProduct([to], given({ disabledPlans: names })).get(to),
    )
    const plans = given({ enablePlans: enable, disablePlans: disable })
    return [{ sku: to.skuId, add: true, ...(others.length > 0 && { beside: others }), ...plans, ...guard }]
  }
  if (kind === 'remove-license') return found.map(({ skuId }) => ({ sku: skuId, ...guard, ...given({ keep }) }))
  if (kind === 'assign-license')
    return [...plansByProduct(found, disabledPlans ? { disabledPlans } : given({ onlyPlans }))].map(
      ([{ skuId }, off]) => ({ sku: skuId, ...given({ disabledPlans: off }) }),
    )
  const [on, off] = [enablePlans, disabledPlans].map(plans => plansByProduct(found, given({ disabledPlans: plans })))
  return found.flatMap(product => {
    const plans = { enablePlans: on!.get(product) ?? [], disablePlans: off!.get(product) ?? [] }
    return plans.enablePlans.length + plans.disablePlans.length > 0 ? [{ sku: product.skuId, ...plans, ...guard }] : []
  })
}

const sameProduct = (product: Product, option: '--to' | '--add'): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    option === '--to'
      ? `${shownProduct(product)} is both the old and the new product.`
      : `${shownProduct(product)} cannot be added beside itself.`,
    { fix: `Name another product with ${option}.` },
  )
