import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { absolute } from '../core/absolute.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { isFile, nameOfTarget, overlap, targetAt } from '../core/targets.ts'
import type { ReadyPlan } from './plan.ts'
import type { Changing, Prepared } from './run-request.ts'

/**
 * Refuses outputs that would overwrite an input (also with their partial or manifest), and those that would overwrite each other.
 *
 * @param inputs absolute paths of the files that the run reads
 * @param others files that the caller writes
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const checkPlaces = (
  phases: readonly Prepared[],
  ctx: Context,
  inputs: readonly string[],
  others: Changing['outputs'] = [],
): void => {
  for (const phase of phases) checkPhase(phase, inputs, ctx)
  const written: { readonly what: string; readonly own: string }[] = []
  for (const { what, path } of others) {
    const own = targetAt(canonical(absolute(ctx.environment, path)))
    expectNoInput(what, own, inputs)
    if (phases.some(({ plan }) => placesOf(plan, ctx).some(place => overlap(own, place))))
      throw taken(what, own, 'is the output')
    const twin = written.find(other => overlap(own, other.own))
    if (twin) throw taken(what, own, `is also that of ${twin.what}`)
    written.push({ what, own })
  }
  for (const [at, phase] of phases.entries()) for (const other of phases.slice(0, at)) checkApart(phase, other, ctx)
}

/**
 * Refuses an output of a caller that would overwrite an input.
 *
 * @param target URL of the output
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectNoInput = (what: string, target: string, inputs: readonly string[]): void => {
  if (inputs.some(input => isIn(input, target))) throw taken(what, target, 'is an input')
}

const placesOf = ({ sink, rejects }: ReadyPlan, ctx: Context): readonly string[] =>
  [sink, rejects].flatMap(each => each?.place?.target(ctx) ?? [])

/** Refuses phases that write to the same place, because they would replace each other's rows. */
const checkApart = (phase: Prepared, other: Prepared, ctx: Context): void => {
  for (const own of placesOf(phase.plan, ctx))
    if (placesOf(other.plan, ctx).some(place => overlap(own, place)))
      throw taken(`the output of ${phase.name}`, own, `is also written by the phase ${other.name}`)
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
        throw name === own ? taken(what, own, 'is an input') : takenBeside(what, own, name)
  }
  const rejects = plan.rejects?.place?.target(ctx)
  const isOutput = 'is the output'
  if (rejects !== undefined && target !== undefined && overlap(rejects, target))
    throw taken('rejects', rejects, isOutput)
  const { stream } = plan.rejects?.place ?? {}
  if (stream !== undefined && stream === plan.sink.place?.stream) throw taken('rejects', 'stdout (-)', isOutput)
}

/**
 * The absolute paths of the files that a part reads; none of stdin and a directory. Parts that read files describe themselves with
 * `from`: a path, or the descriptions of the parts that they read.
 */
export const inputFilesOf = (described: Json, ctx: Context): readonly string[] => {
  if (Array.isArray(described)) return (described as readonly Json[]).flatMap(each => inputFilesOf(each, ctx))
  if (typeof described !== 'object' || described === null || !('from' in described)) return []
  const { from } = described
  if (typeof from !== 'string') return from === undefined ? [] : inputFilesOf(from, ctx)
  return from === '-' ? [] : [absolute(ctx.environment, from)]
}

/** Whether an input is a target, or is in a folder that is a target. */
const isIn = (input: string, target: string): boolean =>
  isFile(target) && (isSame(input, nameOfTarget(target)) || overlap(targetAt(canonical(input)), target))

const canonical = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    // It does not exist yet. A missing input is refused when it is checked.
    const folder = dirname(path)
    return folder === path ? path : join(canonical(folder), basename(path))
  }
}

/** Whether both paths are the same file: links and letter case give a file several paths. */
const isSame = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map(path => statOf(path))
  return a === undefined || b === undefined ? one === other : a.dev === b.dev && a.ino === b.ino
}

const statOf = (path: string) => {
  try {
    return statSync(path, { bigint: true })
  } catch {
    // It does not exist yet, or cannot be read: only the names can be compared.
    return undefined
  }
}

const taken = (what: string, target: string, why: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${what} to be a separate file, got ${nameOfTarget(target)}, which ${why}`,
  )

const takenBeside = (what: string, target: string, input: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${what} not to overwrite an input, got ${nameOfTarget(target)}: writing it also writes ${nameOfTarget(input)}, which is an input`,
  )
