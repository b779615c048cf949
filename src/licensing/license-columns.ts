/** Columns of a licence of a user, as `export licenses` writes them. */
export const licenseColumns = [
  'userId',
  'userPrincipalName',
  'displayName',
  'skuId',
  'skuPartNumber',
  'productName',
  'isDirect',
  'assignedByGroups',
  'disabledPlans',
  'states',
  'errors',
] as const
