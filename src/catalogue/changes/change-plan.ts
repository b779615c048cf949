import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import { namedAs, type ObjectKind } from '../../core/object-kinds.ts'
import type { Operation, OperationColumns, Values } from '../../core/operation.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { makesPassword } from '../../operations/users/initial-password.ts'
import { graph } from '../../sinks/graph.ts'
import { findGroup } from '../../sources/graph/find-group.ts'
import { findObject } from '../../sources/graph/find-object.ts'
import { loadOperations } from '../operations.ts'
import { changeInput, type ChangeInputParams } from './change-input.ts'

/** What a command says once for all rows, by the values of its operation: ids or other names of objects. */
export type SameForAll = Readonly<Record<string, string>>

/** What a command says of its rows, besides what is the same for all. */
export interface RowsOptions {
  /** Values of rows that do not have their own. */
  readonly usual?: Values
  /** Whether rows without a password get one. */
  readonly generates?: boolean
}

/** Finds an object that the command names before a row is read: otherwise every row would fail for it. Returns how rows name it. */
const found = async (ctx: Context, { columns }: Operation, value: string, name: string): Promise<string> => {
  const as = columns.names[value]?.as as ObjectKind
  await ctx.untilShown([name.toLowerCase(), namedAs(as, name)])
  if (as !== 'group') return findObject(ctx, as, name)
  await findGroup(ctx, name)
  return name
}

/**
 * The plan of a command that changes a directory: each row of the input is one change.
 *
 * @throws EntrapipeError `OPTION_INVALID`; the run then `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`, `OBJECT_UNKNOWN` or `OBJECT_AMBIGUOUS` for
 *   what the command names
 */
export const changePlan = async (
  kind: string,
  input: ChangeInputParams,
  same: SameForAll = {},
  { usual = {}, generates = false }: RowsOptions = {},
): Promise<Plan> => {
  const known = (await loadOperations())(kind)!
  const operation = generates ? { ...known, columns: withoutPassword(known.columns) } : known
  const { source, valuesOf } = changeInput(operation, input, Object.keys(same))
  let values = same
  const sink = graph<Fields>(row => {
    const own = valuesOf(row)
    const made = generates && (own[password] ?? null) === null ? { [makesPassword]: true } : {}
    return { kind, value: { ...usual, ...own, ...values, ...made } }
  })
  return {
    source: source as Source<never>,
    sink: {
      ...sink,
      ...(Object.keys(same).length > 0 && {
        async check(ctx: Context) {
          for (const [value, name] of Object.entries(same))
            values = { ...values, [value]: await found(ctx, operation, value, name) }
        },
      }),
    } as Sink<never>,
  }
}

const password = 'passwordProfile'

/** The columns of files that need not have a password. */
const withoutPassword = (columns: OperationColumns): OperationColumns => ({
  ...columns,
  required: (columns.required ?? []).filter(name => name !== password),
})
