import { budgetTables } from './budget.ts'
import type { SchemaPart } from './migrations.ts'
import { runTables } from './run-tables.ts'

/** The tables of the store, for `migrate` and `checkSchema`. */
export const storeSchema: readonly SchemaPart[] = [runTables, budgetTables]
