// @ts-check

/** Whether this is the id of a run of the command line, which no job has. @param {string} id */
export const isRun = id => !id.startsWith('j')

/** Where a job is, or a run of the command line. @param {string} id */
export const addressOf = id => `/api/${isRun(id) ? 'runs' : 'jobs'}/${encodeURIComponent(id)}`
