import type { Operation } from '../core/operation.ts'
import { exchangingLicences, type ExchangeBefore, type ExchangeRow } from './licences/exchange.ts'

/** Gives back what a transfer of products has replaced. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const exchangeLicense: Operation<ExchangeRow, ExchangeBefore> = exchangingLicences
