import type { Database } from './database.ts'
import { ledgerIntake } from './ledger-intake.ts'
import { ledgerReader } from './ledger-reader.ts'
import { ledgerWrites } from './ledger-writes.ts'
import type { LedgerRecord } from './ledger-types.ts'
import { ledgerWork } from './ledger-work.ts'
import type { Results } from './results.ts'

/** The ledger in the file of a run. Its results belong to `phase`. */
export const ledgerFile = (database: Database, results: Results, now: () => number, phase: string): LedgerRecord => ({
  ...ledgerReader(database, phase),
  ...ledgerWrites(database, phase, now),
  ...ledgerIntake(database, results, phase),
  ...ledgerWork(database, results, now, phase),
})
