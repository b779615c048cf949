/** The note of a run that says whether it sends nothing. */
export const dryRunNote = 'dryRun'

/** The note of a run that may have sent changes. */
export const sendingNote = 'sending'

/** The note of a run with the reason and the ticket that the user gave when it began. */
export const whyNote = 'why'

/** The note of a run with the limit of removals that the user gave, for its later phases and for the process that resumes it. */
export const maxRemovalsNote = 'max-removals'

/** The note of a phase for whose rows there were units enough before the first one was sent. */
export const unitsCountedNote = 'units-counted'

/** The note of a phase whose rows no earlier run has done, or that is to do them again. */
export const notRepeatedNote = 'not-repeated'
