import t from 'tap'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { budgetContract } from './budget.ts'

t.test('a budget in memory is a budget', async t => budgetContract(t, (_t, clock) => memoryBudget(clock)))
