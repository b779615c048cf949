import type { Fields } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import { readInput } from './kept-input.ts'
import type { Seal } from './seal.ts'
import type { StoredFailure } from './types.ts'

/** The run and phase of failed rows. */
export interface InputsOf {
  readonly run: string
  readonly phase: string
}

/** What the secrets of a row belong to. If they are copied to another row, they cannot be decrypted. */
export const sealedAbout = ({ run, phase }: InputsOf, { key, step = 0 }: Pick<Result, 'key' | 'step'>): string =>
  JSON.stringify([run, phase, key, step])

/** Returns failures with decrypted inputs. */
export const openFailures = (
  failures: readonly StoredFailure[],
  about: InputsOf,
  seal: Seal,
): readonly StoredFailure<Fields>[] =>
  failures.map(({ input, ...failure }) => ({
    ...failure,
    input: input && readInput(input, sealed => seal.open(sealed, sealedAbout(about, failure.result))),
  }))
