import type { Fields } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import { readInput } from './kept-input.ts'
import type { Seal } from './seal.ts'
import type { StoredFailure } from './types.ts'

/** Whose failed rows they are. */
export interface InputsOf {
  readonly run: string
  readonly phase: string
}

/** What the secrets of a row belong to: copied to another row, they do not open. */
export const sealedAbout = ({ run, phase }: InputsOf, { key, step = 0 }: Pick<Result, 'key' | 'step'>): string =>
  JSON.stringify([run, phase, key, step])

/** Failures with their inputs in the clear. */
export const openFailures = (
  failures: readonly StoredFailure[],
  about: InputsOf,
  seal: Seal,
): readonly StoredFailure<Fields>[] =>
  failures.map(({ input, ...failure }) => ({
    ...failure,
    input: input && readInput(input, sealed => seal.open(sealed, sealedAbout(about, failure.result))),
  }))
