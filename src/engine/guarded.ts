import { EntrapipeError } from '../core/errors.ts'
import { isOwnThrow, toldWithPlace } from '../core/thrown.ts'

/** What a throw of a part means: one of a person's own code is told as theirs, with its place; any other stays what it is. */
export const thrownBy = (part: string, thrown: unknown): unknown =>
  isOwnThrow(thrown)
    ? new EntrapipeError('STEP_FAILED', `The ${part} of the pipeline failed: ${toldWithPlace(thrown)}.`, {
        cause: thrown,
        fix: 'Mend it in the pipeline.',
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

/** The answer of a call as it is, or guarded likewise where it comes later, page by page, or is itself a thing with calls. */
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
 * A part whose calls fail with `STEP_FAILED` where code of a person's own throws: named by its role and kind, with the file
 * and the line. What it opens is guarded as well, but for a function of a row, whose throws fail their rows.
 */
export const guarded = <P extends object>(part: string, made: P): P => {
  const calls = new Map<PropertyKey, Call>()
  // Not around the part itself: of a frozen object a proxy may give nothing but what is there.
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
