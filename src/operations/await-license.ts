import type { Operation } from '../core/operation.ts'
import { awaitingLicences, type AwaitedBefore, type AwaitedRow } from './licences/awaiting.ts'

/** Waits until a group has given a product to a user. @see https://learn.microsoft.com/graph/api/resources/licenseassignmentstate */
export const awaitLicense: Operation<AwaitedRow, AwaitedBefore> = awaitingLicences
