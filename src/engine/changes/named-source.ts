import { given } from '../../core/given.ts'
import type { Context } from '../../core/context.ts'
import type { Source } from '../../core/parts.ts'
import type { Operations } from '../../core/operation.ts'
import type { Result } from '../../core/result.ts'

/**
 * A source of rows for changes. What it rejects is a row of the command, so its result names the operation and not the source, unless
 * it names another operation.
 */
export const namedSource = (source: Source<unknown>, operation: string, operations: Operations): Source<unknown> => ({
  ...source,
  read(ctx, ...at) {
    const own = Object.create(ctx, {
      settled: {
        value(...[result, read]: Parameters<Context['settled']>) {
          ctx.settled(operations(result.operation) ? result : ofCommand(result, operation), read)
        },
      },
    }) as Context
    return source.read(own, ...at)
  },
})

/** What is no row has no target: that is the file, which the message names. */
const ofCommand = ({ target, ...result }: Result, operation: string): Result => ({
  ...result,
  operation,
  ...(result.code !== 'ROW_INVALID' && given({ target })),
})
