import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Described } from './identity.ts'
import type { ReadyPlan } from './plan.ts'

/**
 * Refuses to write rows, or rejects, where an input stands (also a file of the run's beside them), and rejects where the
 * rows that pass are written: one would take the place of the other.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const checkPlaces = (plan: ReadyPlan, { source, transforms, target }: Described, ctx: Context): void => {
  const inputs = [source, ...transforms].flatMap(part => inputsOf(part, ctx))
  const rejects = plan.rejects?.target?.(ctx)
  for (const [what, place] of [
    ['the output', target],
    ['rejects', rejects],
  ] as const)
    for (const name of place === undefined ? [] : namesOf(place))
      if (inputs.some(input => isSame(input, name)))
        throw name === place ? taken(what, place, 'an input stands') : takenBeside(what, place!, name)
  const passing = 'the rows that pass are written'
  if (rejects !== undefined && rejects === target) throw taken('rejects', rejects, passing)
  const { stream } = plan.rejects ?? {}
  if (stream !== undefined && stream === plan.sink.stream) throw taken('rejects', 'stdout (-)', passing)
}

/** All names that a file which is written has in turn, and its manifest: nothing else can stand there. */
const namesOf = (place: string): readonly string[] =>
  [place, `${place}.manifest.json`].flatMap(name => [name, `${name}.partial`])

/** The file that a run reads, absolute; undefined where it reads none (stdin, a directory). */
export const inputOf = (source: Json, ctx: Context): string | undefined => inputsOf(source, ctx)[0]

/** Parts that read files say of themselves `from`: a path, or what the part that they read says of itself. */
const inputsOf = (described: Json, ctx: Context): readonly string[] => {
  if (typeof described !== 'object' || described === null || !('from' in described)) return []
  const { from } = described
  if (typeof from !== 'string') return from === undefined ? [] : inputsOf(from, ctx)
  return from === '-' ? [] : [resolve(ctx.environment.cwd, from)]
}

/** Whether both are one file: a file has many paths, by links and by the case of its letters. */
const isSame = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map(path => statOf(path))
  return a === undefined || b === undefined ? one === other : a.dev === b.dev && a.ino === b.ino
}

const statOf = (path: string) => {
  try {
    return statSync(path, { bigint: true })
  } catch {
    // There is no such file yet, or none that may be looked at: only its name can tell.
    return undefined
  }
}

const taken = (what: string, place: string, why: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `Expected ${what} to be a file of its own, got ${place}, where ${why}`)

const takenBeside = (what: string, place: string, input: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${what} to take no other file's place, got ${place}: while it is written ${input} is too, and that is an input`,
  )
