/** What an error of group-based licensing means, and what to do, as sentences. */
interface LicenceError {
  readonly meaning: string
  readonly fix: string
}

const known: Readonly<Record<string, LicenceError>> = {
  CountViolation: {
    meaning: 'No seat of the product was free.',
    fix: 'Buy seats, or remove the product from others, then reprocess the user.',
  },
  MutuallyExclusiveViolation: {
    meaning: 'A plan of the product excludes one that the user has by another assignment.',
    fix: 'Turn one of the plans off, for the group or for the user, then reprocess the user.',
  },
  DependencyViolation: {
    meaning: 'A plan needs another one that the user does not have, or a plan of the user needs one that would go.',
    fix: 'Assign the product with the needed plan to the same group, or remove what needs it, then reprocess the user.',
  },
  ProhibitedInUsageLocationViolation: {
    meaning: 'The product is not sold where the user is.',
    fix: 'Correct the usage location of the user, then reprocess the user.',
  },
  UniquenessViolation: {
    meaning: 'An address of the user belongs to another object, too.',
    fix: 'Correct the proxy addresses of one of them, then reprocess the user.',
  },
  Disabled: {
    meaning: 'The assignment is disabled.',
    fix: 'Look at the subscription of the product.',
  },
}

const other: LicenceError = {
  meaning: 'The product could not be assigned: often because another product of the same group failed for the user.',
  fix: 'Correct the other errors of the user, then reprocess the user. The audit log of the directory may say more.',
}

/**
 * Explains an error of `licenseAssignmentStates`.
 *
 * @see https://learn.microsoft.com/entra/fundamentals/licensing-groups-resolve-problems
 */
export const licenceError = (error: string): LicenceError => known[error] ?? other
