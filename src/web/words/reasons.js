// @ts-check

/** A code in the words of a sentence: `NotAllRowsSuccessfullyProcessed` is "Not all rows successfully processed", `SEATS_SHORT` "Seats short". @param {string | undefined} code */
export const reasonWords = code => {
  if (code === undefined) return ''
  const words = code
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
