import type { Operation } from '../core/operation.ts'
import { inheritingLicences, type InheritRow } from './group-licences/migration.ts'
import type { LicenceBefore } from './licences/row.ts'

/** Removes direct licences that a group replaces. @see https://learn.microsoft.com/entra/identity/users/licensing-groups-migrate-users */
export const inheritLicense: Operation<InheritRow, LicenceBefore> = inheritingLicences
