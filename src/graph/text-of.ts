/** A reply's text, without the byte order mark that some begin with. */
export const textOf = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
