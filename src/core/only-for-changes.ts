/** Names of options that only runs with changes have: they have no effect on others. */
export const onlyForChanges = [
  ...(['dryRun', 'plan', 'yes', 'limit', 'maxRemovals', 'includePrivileged', 'irreversible'] as const),
  ...(['results', 'impactReport', 'impactPrices', 'reason', 'ticket', 'quotaShare'] as const),
  ...(['window', 'timeZone', 'wave', 'pause', 'wait'] as const),
]
