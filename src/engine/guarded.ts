import { EntrapipeError } from '../core/errors.ts'
import { isOwnThrow, toldWithLocation } from '../core/thrown.ts'

/** Explains an error of a part. An error of a user's code is reported with its place; any other is unchanged. */
export const thrownBy = (part: string, thrown: unknown): unknown =>
  isOwnThrow(thrown)
    ? new EntrapipeError('STEP_FAILED', `The ${part} of the pipeline failed: ${toldWithLocation(thrown)}.`, {
        cause: thrown,
        fix: 'Fix it in the pipeline.',
      })
    : thrown

type Call = (...args: unknown[]) => unknown

const isAsync = (value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

async function* guardedPages(part: string, pages: AsyncIterable<unknown>): AsyncGenerator<unknown, void, void> {
  try {
    yield* pages
  } catch (thrown) {
    throw thrownBy(part, thrown)
  }
}

/** Returns the result of a call, guarded too if it is a promise, an iterable, or an object with methods. */
const guardedAnswer = (part: string, answer: unknown): unknown => {
  if (answer instanceof Promise)
    return answer.then(
      later => guardedAnswer(part, later),
      (thrown: unknown) => {
        throw thrownBy(part, thrown)
      },
    )
  if (isAsync(answer)) return guardedPages(part, answer)
  const isWorker = typeof answer === 'object' && answer !== null && ('write' in answer || 'page' in answer)
  return isWorker ? guarded(part, answer) : answer
}

/**
 * Wraps a part so that errors of a user's code become `STEP_FAILED`, with the role and kind of the part, the file and the line.
 * What it opens is guarded too, except a function of a row, whose errors fail their rows.
 */
export const guarded = <P extends object>(part: string, made: P): P => {
  const calls = new Map<PropertyKey, Call>()
  // Not around the part itself: a proxy of a frozen object must return its properties unchanged.
  return new Proxy({} as P, {
    has: (_, name) => name in made,
    get(_, name) {
      const value: unknown = Reflect.get(made, name)
      if (typeof value !== 'function') return value
      const known = calls.get(name)
      if (known) return known
      const call: Call = (...args) => {
        try {
          return guardedAnswer(part, (value as Call).apply(made, args))
        } catch (thrown) {
          throw thrownBy(part, thrown)
        }
      }
      calls.set(name, call)
      return call
    },
  })
}
