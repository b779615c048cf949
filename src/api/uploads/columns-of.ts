import { withFileColumns } from '../../catalogue/changes/file-columns.ts'
import type { FileOperation } from '../../catalogue/file-operations.ts'
import { onboardColumns } from '../../catalogue/onboarding/options.ts'
import { loadOperations } from '../../catalogue/operations.ts'

/** Commands about licences read what reports and portals write, and find products in the tenant. */
const ofLicences: Readonly<Record<string, 'sku' | 'from'>> = {
  'assign-license': 'sku',
  'modify-license': 'sku',
  'remove-license': 'sku',
  'transfer-license': 'from',
}

const password = 'passwordProfile'

/** An operation as the command with its name reads files, and whether a row can be judged without the tenant. */
export const asCommand = async (operation: FileOperation): Promise<FileOperation> => {
  const { kind, columns } = operation
  if (kind === 'onboard') return { kind, columns: onboardColumns }
  if (kind === 'offboard') return { kind, columns: (await loadOperations())('disable-user')!.columns }
  const value = ofLicences[kind]
  if (value !== undefined) return { kind, columns: withFileColumns(columns, value) }
  // A job may make the passwords.
  return { ...operation, columns: { ...columns, required: (columns.required ?? []).filter(name => name !== password) } }
}

/** Whether files of an operation may be reports, which have other rows beside those of users. */
export const readsReports = ({ kind }: FileOperation): boolean => ofLicences[kind] !== undefined

/** Names that a job may give for all rows, such as the group of members: all but the object of a row. */
export const mayBeGiven = ({ columns }: FileOperation): readonly string[] => Object.keys(columns.names).slice(0, -1)
