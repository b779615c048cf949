import type { PropertyRule, Support } from '../data/filter-rules.ts'
import type { Literal } from './ast.ts'

/** The support that a rule states for an operator and its literals. `inLambda`: the condition is on an item of a collection. */
export const supportOf = (
  rule: PropertyRule,
  operator: string,
  values: readonly Literal[],
  inLambda: boolean,
): Support => {
  switch (operator) {
    case 'eq':
    case 'in':
      return weakest(rule, values)
    case 'ne':
      // For collections Microsoft documents `not` around `any`, never `ne` inside it.
      return inLambda ? 'no' : raised(weakest(rule, values))
    case 'ge':
    case 'le':
      return rule.range
    case 'startsWith':
      return rule.startsWith
    case 'endsWith':
      return rule.endsWith
    default:
      return 'no'
  }
}

const weakest = (rule: PropertyRule, values: readonly Literal[]): Support => {
  const levels = values.map(({ type }) => (type === 'null' ? rule.equalNull : rule.equal))
  return (['no', 'disputed', 'advanced'] as const).find(level => levels.includes(level)) ?? 'default'
}

const raised = (level: Support): Support => (level === 'default' ? 'advanced' : level)
