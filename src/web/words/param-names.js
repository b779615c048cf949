// @ts-check

/** The name of a parameter in words: `usageLocation` is "Usage location". @param {string} name */
export const paramWords = name => {
  const words = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
