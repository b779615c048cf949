import type { Operation } from '../core/operation.ts'
import { transferringLicences } from './licences/exchange.ts'
import type { ExchangeBefore, TransferRow } from './licences/exchange-row.ts'

/** Replaces products of users by another one, in one request. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const transferLicense: Operation<TransferRow, ExchangeBefore> = transferringLicences
