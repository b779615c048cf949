/** The note of a run with the id of its job. */
export const jobNote = 'job'
