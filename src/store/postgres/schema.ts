import { tablesPart } from '../tables/postgres-tables.ts'
import { budgetTables } from './budget.ts'
import type { SchemaPart } from './migrations.ts'
import { runTables } from './run-tables.ts'

/** All tables that processes on several machines share, for `migrate` and `checkSchema`. */
export const storeSchema: readonly SchemaPart[] = [runTables, budgetTables, tablesPart]
