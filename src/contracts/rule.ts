/**
 * A rule that every part of a role must keep. `check` rejects with an `AssertionError` of `node:assert` if the part breaks
 * it, so any test runner can run it.
 *
 * @example
 * import test from 'node:test'
 * import { sourceContract } from 'entrapipe/contracts'
 *
 * for (const { name, check } of sourceContract({ make: () => lines({ from: 'names.txt' }), files })) test(name, check)
 */
export interface Rule {
  readonly name: string
  readonly check: () => Promise<void>
}
