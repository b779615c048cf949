import type { Operation } from '../core/operation.ts'
import { exchangingLicences } from './licences/exchange.ts'
import type { ExchangeBefore, ExchangeRow } from './licences/exchange-row.ts'

/** Gives back what a transfer of products has replaced. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const exchangeLicense: Operation<ExchangeRow, ExchangeBefore> = exchangingLicences
