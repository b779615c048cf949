import type { LedgerRecord } from '../ledger-types.ts'
import { ledgerIntake } from './ledger-intake.ts'
import { ledgerReader, ledgerWrites } from './ledger-reader.ts'
import { ledgerWork } from './ledger-work.ts'
import type { AddResults } from './results.ts'
import type { RunSql } from './run-sql.ts'

/** The ledger of one phase. */
export const ledgerRecord = (database: RunSql, phase: string, add: AddResults, now: () => number): LedgerRecord => ({
  ...ledgerReader(database, phase),
  ...ledgerWrites(database, phase, now),
  ...ledgerIntake(database, phase),
  ...ledgerWork(database, phase, add, now),
})
