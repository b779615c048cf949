/** Formats of a list of ids. `lines`: an id or a name on each line. */
export const idsFormats = ['lines', 'csv', 'jsonl', 'json', 'xlsx'] as const
