import type { Context } from './context.ts'
import { EntrapipeError } from './errors.ts'
import { given } from './given.ts'
import type { Source } from './parts.ts'
import { withErrors } from './with-errors.ts'

/** What sets the options of a source in a command or a pipeline: `{ headerLine: '--from-header-line' }`. */
export type Flags = { readonly [option: string]: string }

/** An option in backticks, with or without a value: `headerLine`, `encoding: 'utf-16le'`, `singleHeader: true`. */
const option = /`(\w+)(?:: ('?)([^`]*?)\2)?`/g

const translated = (text: string, flags: Flags): string =>
  text.replace(option, (whole, name: string, _quote, value: string | undefined) => {
    if (!Object.hasOwn(flags, name)) return whole
    return value === undefined || value === 'true' ? flags[name]! : `${flags[name]} ${value}`
  })

const translatedError = (error: unknown, flags: Flags): unknown => {
  if (!(error instanceof EntrapipeError)) return error
  const message = translated(error.message, flags)
  const fix = error.fix === undefined ? undefined : translated(error.fix, flags)
  if (message === error.message && fix === error.fix) return error
  const { code, facts, retryAfterMs } = error
  return new EntrapipeError(code, message, { cause: error, facts, ...given({ fix, retryAfterMs }) })
}

/**
 * Names flags in the errors and rejected rows of a source, in place of its options. A user of a command cannot set the
 * option `headerLine`, but can add `--from-header-line`. Options without a flag keep their names. A function that makes the
 * source may throw, too.
 *
 * @example
 * withFlags(() => csv({ from, encoding }), { encoding: '--encoding' })
 */
export const withFlags = <Out>(made: Source<Out> | (() => Source<Out>), flags: Flags): Source<Out> => {
  const source = withErrors(made, error => translatedError(error, flags))
  return { ...source, read: (ctx, ...args) => source.read(withResults(ctx, flags), ...args) }
}

/** The context for a source whose rejected rows name flags. Inherits everything else, including getters that throw. */
const withResults = (ctx: Context, flags: Flags): Context => {
  const settled: Context['settled'] = (result, read) => {
    const { message, fix } = result
    ctx.settled(
      {
        ...result,
        ...(message !== undefined && { message: translated(message, flags) }),
        ...(fix !== undefined && { fix: translated(fix, flags) }),
      },
      read,
    )
  }
  return Object.create(ctx, { settled: { value: settled } }) as Context
}
