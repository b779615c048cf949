import { dueTimeIn } from '../../core/due-time.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import type { OperationRow, Values } from '../../core/operation.ts'
import type { Source } from '../../core/parts.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import { loose, propertyIn } from '../../formats/csv-header.ts'
import { choice, flag, list, text, type Params } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { Plan } from '../../engine/plan.ts'
import { graph } from '../../sinks/graph.ts'
import type { BuiltIn } from '../built-in.ts'
import { loadOperations } from '../operations.ts'
import { later, optional } from '../optional.ts'
import { changeInput, type ChangeInputParams } from './change-input.ts'
import { changeParams } from './change-params.ts'
import { locationOption } from './location-option.ts'
import {
  hasSelection,
  isWithoutFile,
  expectLasting,
  selectionParams,
  selectionSource,
  type SelectionValues,
} from './selection-params.ts'
import { heldProducts, withHeldProducts } from './held-products.ts'
import { untilSeatsParam, whenShortOf } from './until-seats.ts'
import { productColumns, withFileColumns } from './file-columns.ts'
import { rowsOfUsers } from './rows-of-users.ts'
import { productRows, type LicenceKind, type ProductOptions } from './product-rows.ts'

const skuParam = {
  sku: optional(list('products: part numbers, names or ids, for rows without their own (column LicenseSKU)')),
}
const assignParams = {
  usageLocation: optional(
    text('usage location for users without one: a code such as DE, column:NAME, or country for that of the user'),
  ),
  onlyPlans: optional(list('service plans that are on, all others off; names or ids')),
  disablePlans: optional(list('service plans that are off, all others on; names or ids')),
}

const seatParam = { untilSeats: untilSeatsParam }

const preserveParam = {
  preserveMailbox: optional(flag('skip what would take the last plan that gives a mailbox')),
}

const modifyParams = {
  ...preserveParam,
  ...seatParam,
  add: optional(text('the product that users get beside those of --sku: part number, name or id')),
  usageLocation: assignParams.usageLocation,
  enablePlans: optional(list('service plans to turn on; names or ids')),
  disablePlans: optional(list('service plans to turn off; names or ids')),
}
const transferParams = {
  ...preserveParam,
  ...seatParam,
  to: optional(text('the product that replaces them: part number, name or id')),
  newPlans: optional(choice('whether plans that are new to a user are on (on)', ['on', 'off'])),
}
const removeParams = {
  ...preserveParam,
  all: optional(flag('all products that the users have')),
  keep: optional(choice('what stays of a product whose mailbox is preserved', ['exchange'])),
  after: optional(later('when they are removed, if not now: 30d, 12h, a date, or a date and time')),
}

const ofVerbs = {
  assign: { kind: 'assign-license', params: { ...assignParams, ...seatParam } },
  modify: { kind: 'modify-license', params: modifyParams },
  transfer: { kind: 'transfer-license', params: transferParams },
  remove: { kind: 'remove-license', params: removeParams },
} as const satisfies Record<string, { readonly kind: LicenceKind; readonly params: Params }>

interface LicenceParams extends SelectionValues {
  readonly sku?: readonly string[]
  readonly onlyPlans?: readonly string[]
  readonly disablePlans?: readonly string[]
  readonly usageLocation?: string
  readonly enablePlans?: readonly string[]
  readonly all?: boolean
  readonly to?: string
  readonly newPlans?: 'on' | 'off'
  readonly add?: string
  readonly preserveMailbox?: boolean
  readonly keep?: 'exchange'
  readonly after?: string
  readonly untilSeats?: boolean
}

/** @throws EntrapipeError `OPTION_INVALID` */
const optionsOf = ({
  sku: skus = [],
  onlyPlans,
  disablePlans: disabledPlans,
  usageLocation,
  enablePlans,
  all,
  to,
  newPlans,
  add,
  preserveMailbox,
  keep,
}: LicenceParams): ProductOptions => {
  if (keep && !preserveMailbox)
    throw new EntrapipeError('OPTION_INVALID', '--keep has no effect without --preserve-mailbox.', {
      fix: 'Add --preserve-mailbox, or leave --keep out.',
    })
  if (all && skus.length > 0) throw new EntrapipeError('OPTION_INVALID', 'Only one of --sku and --all can be given.')
  const { usageLocation: ofAll } = locationOption(usageLocation)
  if (onlyPlans && disabledPlans)
    throw new EntrapipeError('OPTION_INVALID', 'Only one of --only-plans and --disable-plans can be given.')
  return {
    skus,
    ...given({ onlyPlans, disabledPlans, enablePlans, to, newPlans, add, preserveMailbox, keep, usageLocation: ofAll }),
  }
}

const licencePlan = async (kind: LicenceKind, input: ChangeInputParams, own: LicenceParams): Promise<Plan> => {
  const known = (await loadOperations())(kind)!
  const options = optionsOf(own)
  if (own.after !== undefined) expectLasting(own)
  if (kind === 'modify-license') expectPlans(options, own.usageLocation)
  if (isWithoutFile(own)) expectProducts(kind, own)
  const { column } = locationOption(own.usageLocation)
  const columns = withFileColumns(known.columns, kind === 'transfer-license' ? 'from' : 'sku')
  const operation = { ...known, columns: column === undefined ? columns : withLocation(columns) }
  const rows = (): ReturnType<typeof changeInput> => {
    const { source, valuesOf } = changeInput(operation, {
      ...input,
      ...(column !== undefined && { columns: [...(input.columns ?? []), `${column}=usageLocation`] }),
    })
    return { source: rowsOfUsers(source), valuesOf }
  }
  const { source, valuesOf } = selected(rows, input, own)
  return {
    source: source as Source<never>,
    transforms: [
      ...(own.all ? [withHeldProducts(kind)] : []),
      productRows({ kind, options, valuesOf: own.all ? ofHeld(valuesOf) : valuesOf }),
    ] as never,
    sink: graph<Values>(value => changesOf(kind, value, own.after), {
      operation: kind,
      notes: () => notesOf(kind, options),
      ...(kind !== 'remove-license' && whenShortOf(own.untilSeats)),
    }),
  }
}

/** What nobody who looks at a preview can learn from Graph. */
const notesOf = (kind: LicenceKind, { preserveMailbox }: ProductOptions): readonly string[] =>
  preserveMailbox || kind === 'remove-license' || kind === 'transfer-license'
    ? ['Mailbox type and litigation hold are not read from Graph.']
    : []

/** @throws EntrapipeError `OPTION_INVALID` */
const expectPlans = (
  { enablePlans = [], disabledPlans = [], add, preserveMailbox }: ProductOptions,
  usageLocation: string | undefined,
): void => {
  const both = enablePlans.find(plan => disabledPlans.includes(plan))
  if (both !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `${both} is in --enable-plans and --disable-plans.`)
  if (add !== undefined && preserveMailbox)
    throw new EntrapipeError('OPTION_INVALID', '--preserve-mailbox has no effect with --add, which takes no product.', {
      fix: 'Leave it out.',
    })
  if (add !== undefined) return
  if (usageLocation !== undefined)
    throw new EntrapipeError('OPTION_INVALID', '--usage-location has no effect without --add.', {
      fix: 'Leave it out.',
    })
  if (enablePlans.length + disabledPlans.length === 0)
    throw new EntrapipeError('OPTION_INVALID', 'Expected --enable-plans, --disable-plans, both, or --add.')
}

/** What names products of all rows, where that is not only `--sku`. */
const otherThanSku: Partial<Record<LicenceKind, string>> = {
  'remove-license': '--sku or --all',
  'modify-license': '--sku or --add',
}

/** Without a file no row names its products, so each would fail. @throws EntrapipeError `OPTION_INVALID` */
const expectProducts = (kind: LicenceKind, { sku = [], all, to, add }: LicenceParams): void => {
  if (sku.length === 0 && !all && add === undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected ${otherThanSku[kind] ?? '--sku'}: users that are selected do not name their products.`,
    )
  if (kind === 'transfer-license' && to === undefined)
    throw new EntrapipeError('OPTION_INVALID', 'Expected --to, the product that replaces those of --sku.')
}

/** The users of a selection, or the rows of a file alone. @throws EntrapipeError `OPTION_INVALID` */
const selected = (
  rows: () => ReturnType<typeof changeInput>,
  { from, key }: ChangeInputParams,
  own: SelectionValues & Pick<LicenceParams, 'all'>,
): Pick<ReturnType<typeof changeInput>, 'source' | 'valuesOf'> => {
  if (!hasSelection(own) && !own.all) return rows()
  if (key !== undefined)
    throw new EntrapipeError('OPTION_INVALID', '--key has no effect where users are selected. Leave it out.')
  if (!isWithoutFile(own)) {
    const { source, valuesOf } = rows()
    // Users whom another term adds have no columns of the file.
    const isAdded = (row: Fields): boolean => Object.keys(row).length === 1
    return {
      source: selectionSource(own, source),
      valuesOf: row => ({ ...(isAdded(row) ? {} : valuesOf(asInFile(row))), user: String(row['id']) }),
    }
  }
  if (from !== '-')
    throw new EntrapipeError('OPTION_INVALID', 'One term chooses users by --from and by another option.', {
      fix: 'Put --only, --also or --except before the second one.',
    })
  return {
    source: selectionSource(own),
    valuesOf: row => ({ user: String(row['id']) }),
  }
}

/** The selection adds the id, beside what the file calls it. */
const asInFile = (row: Fields): Fields => {
  const { id: _, ...own } = row
  return Object.keys(own).some(column => userColumns.has(loose(propertyIn(column) ?? column))) ? own : row
}

const userColumns: ReadonlySet<string> = new Set(['user', ...objectKinds.user.captions].map(loose))

/** The products of a row are those that its user has, unless the row names some. */
const ofHeld =
  (valuesOf: (row: Fields) => Values) =>
  ({ [heldProducts]: held, ...row }: Fields): Values => {
    const values = valuesOf(row)
    const isNamed = productColumns('sku').some(name => (values[name] ?? '') !== '')
    return isNamed ? values : { ...values, sku: held as Json }
  }

/** With a column that has usage locations. */
const withLocation = (columns: OperationColumns): OperationColumns => ({
  ...columns,
  options: { ...columns.options, usageLocation: { type: 'String' } },
})

/** A usage location is set before the product is assigned. */
const changesOf = (kind: string, value: Values, after: string | undefined): readonly OperationRow[] => {
  const { user, usageLocation = null } = value
  const assignment = {
    kind,
    value,
    ...(after !== undefined && { later: { from: dueTimeIn(after)!, holds: ['plans', 'accountEnabled'] } }),
  }
  return usageLocation === null || user === undefined
    ? [assignment]
    : [{ kind: 'set-usage-location', value: { user, usageLocation } }, assignment]
}

/** The pipelines that change licences of users. */
export const licensePipelines = (): BuiltIn => ({
  kinds: Object.keys(ofVerbs),
  pipelineOf(verb) {
    const { kind, params } = ofVerbs[verb as keyof typeof ofVerbs]
    const own = { ...selectionParams, ...skuParam, ...params }
    return pipeline({
      summary: `Changes a directory: licenses ${verb}.`,
      params: { ...changeParams, ...own },
      make(values) {
        const input = Object.entries(given(values)).filter(([name]) => !Object.hasOwn(own, name))
        return licencePlan(
          kind,
          Object.fromEntries(input) as unknown as ChangeInputParams,
          values as object as LicenceParams,
        )
      },
    }) as object as Pipeline
  },
})
