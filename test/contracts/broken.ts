import type { Rule } from '../../src/contracts/rule.ts'

/** The names of the rules that are broken. */
export const broken = async (rules: readonly Rule[]): Promise<readonly string[]> => {
  const names: string[] = []
  for (const { name, check } of rules)
    await check().catch((error: unknown) => {
      if (!(error instanceof Error)) throw error
      names.push(name)
    })
  return names
}
