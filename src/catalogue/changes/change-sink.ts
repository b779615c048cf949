import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import { namedAs, type ObjectKind } from '../../core/object-kinds.ts'
import type { Operation, Values } from '../../core/operation.ts'
import type { Sink } from '../../core/parts.ts'
import { graph } from '../../sinks/graph.ts'
import { findGroup } from '../../sources/graph/find-group.ts'
import { findObject } from '../../sources/graph/find-object.ts'

/** What a command says once for all rows, by the values of its operation: ids or other names of objects. */
export type SameForAll = Readonly<Record<string, string>>

/** Finds an object that the command names before a row is read: otherwise every row would fail for it. Returns how rows name it. */
const found = async (ctx: Context, { columns }: Operation, value: string, name: string): Promise<string> => {
  const as = columns.names[value]?.as as ObjectKind | undefined
  if (as === undefined) return name
  await ctx.untilShown([name.toLowerCase(), namedAs(as, name)])
  if (as !== 'group') return findObject(ctx, as, name)
  await findGroup(ctx, name)
  return name
}

/** The sink that makes one change of each row. Its check finds what the command names. */
export const changeSink = (operation: Operation, valuesOf: (row: Fields) => Values, same: SameForAll): Sink<never> => {
  let values = same
  const sink = graph<Fields>(row => ({ kind: operation.kind, value: { ...valuesOf(row), ...values } }), {
    operation: operation.kind,
  })
  return {
    ...sink,
    ...(Object.keys(same).length > 0 && {
      async check(ctx: Context) {
        for (const [value, name] of Object.entries(same))
          values = { ...values, [value]: await found(ctx, operation, value, name) }
      },
    }),
  } as Sink<never>
}
