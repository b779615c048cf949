/** Columns of `licenses group status`. What does not apply to a row is null. */
export const statusColumns = [
  ...['row', 'groupId', 'groupName', 'processing', 'skuId', 'skuPartNumber', 'productName'],
  ...['userId', 'userPrincipalName', 'displayName', 'error', 'meaning', 'whatToDo'],
  ...['members', 'active', 'pending', 'inError'],
] as const
