import type { Test } from 'tap'
import type { Rule } from '../../src/contracts/rule.ts'

/** Checks every rule of a contract, each as a test of its own. */
export const keeps = async (t: Test, rules: readonly Rule[]): Promise<void> => {
  for (const { name, check } of rules) await t.test(name, async t => void (await t.resolves(check())))
}
