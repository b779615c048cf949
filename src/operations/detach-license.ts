import type { Operation } from '../core/operation.ts'
import { detachingLicences, type DetachRow } from './group-licences/migration.ts'
import type { LicenceBefore } from './licences/row.ts'

/** Gives users directly what a group gives them. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const detachLicense: Operation<DetachRow, LicenceBefore> = detachingLicences
