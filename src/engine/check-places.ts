import { realpathSync, statSync } from 'node:fs'
import { absolute } from '../core/absolute.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { isFile, nameOfTarget, overlap, targetAt } from '../core/targets.ts'
import type { ReadyPlan } from './plan.ts'
import type { Prepared } from './run-request.ts'

/**
 * Refuses to write rows, or rejects, over an input (also under the names of the files beside them), and rejects over the
 * rows that pass.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const checkPlaces = (phases: readonly Prepared[], ctx: Context): void => {
  const inputs = phases.flatMap(({ described: { source, transforms } }) =>
    [source, ...transforms].flatMap(part => inputsOf(part, ctx)),
  )
  for (const phase of phases) checkPhase(phase, inputs, ctx)
  for (const [at, phase] of phases.entries()) for (const other of phases.slice(0, at)) checkApart(phase, other, ctx)
}

const placesOf = ({ sink, rejects }: ReadyPlan, ctx: Context): readonly string[] =>
  [sink, rejects].flatMap(each => each?.place?.target(ctx) ?? [])

/** Phases that write to one place would replace one another's rows. */
const checkApart = (phase: Prepared, other: Prepared, ctx: Context): void => {
  for (const own of placesOf(phase.plan, ctx))
    if (placesOf(other.plan, ctx).some(place => overlap(own, place)))
      throw taken(`the output of ${phase.name}`, own, `the phase ${other.name} writes`)
}

const checkPhase = ({ plan, described: { target } }: Prepared, inputs: readonly string[], ctx: Context): void => {
  const outputs = [
    ['the output', plan.sink.place],
    ['rejects', plan.rejects?.place],
  ] as const
  for (const [what, place] of outputs) {
    const own = place?.target(ctx)
    if (own === undefined) continue
    for (const name of place?.names?.(ctx) ?? [own])
      if (inputs.some(input => isIn(input, name)))
        throw name === own ? taken(what, own, 'an input stands') : takenBeside(what, own, name)
  }
  const rejects = plan.rejects?.place?.target(ctx)
  const passing = 'the rows that pass are written'
  if (rejects !== undefined && target !== undefined && overlap(rejects, target))
    throw taken('rejects', rejects, passing)
  const { stream } = plan.rejects?.place ?? {}
  if (stream !== undefined && stream === plan.sink.place?.stream) throw taken('rejects', 'stdout (-)', passing)
}

/** The file that a run reads, absolute; undefined where it reads none (stdin, a directory). */
export const inputOf = (source: Json, ctx: Context): string | undefined => inputsOf(source, ctx)[0]

/** Parts that read files say of themselves `from`: a path, or what the part that they read says of itself. */
const inputsOf = (described: Json, ctx: Context): readonly string[] => {
  if (typeof described !== 'object' || described === null || !('from' in described)) return []
  const { from } = described
  if (typeof from !== 'string') return from === undefined ? [] : inputsOf(from, ctx)
  return from === '-' ? [] : [absolute(ctx.environment, from)]
}

/** Whether an input has the name of a target, or is in a folder that is one. */
const isIn = (input: string, target: string): boolean =>
  isFile(target) && (isSame(input, nameOfTarget(target)) || overlap(targetAt(canonical(input)), target))

const canonical = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    // An input that does not exist is refused when it is checked.
    return path
  }
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
    // It does not exist yet, or may not be looked at: only its name can tell.
    return undefined
  }
}

const taken = (what: string, target: string, why: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${what} to be a file of its own, got ${nameOfTarget(target)}, where ${why}`,
  )

const takenBeside = (what: string, target: string, input: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${what} to replace no other file, got ${nameOfTarget(target)}: while it is written ${nameOfTarget(input)} is too, and that is an input`,
  )
