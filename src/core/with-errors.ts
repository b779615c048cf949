import type { Source } from './parts.ts'

/**
 * Replaces the errors of a source by what `explain` returns for them.
 *
 * @param made the source, or a function that makes it and may throw
 */
export const withErrors = <Out>(
  made: Source<Out> | (() => Source<Out>),
  explain: (error: unknown) => unknown,
): Source<Out> => {
  const told = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error)
    }
  }
  const source = typeof made === 'function' ? madeBy(made, explain) : made
  return {
    ...source,
    ...(source.check && { check: ctx => told(() => source.check!(ctx)) }),
    ...(source.columns && { columns: ctx => told(() => source.columns!(ctx)) }),
    async *read(...args) {
      try {
        yield* source.read(...args)
      } catch (error) {
        throw explain(error)
      }
    },
  }
}

const madeBy = <Out>(make: () => Source<Out>, explain: (error: unknown) => unknown): Source<Out> => {
  try {
    return make()
  } catch (error) {
    throw explain(error)
  }
}
