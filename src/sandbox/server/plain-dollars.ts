/** Writes `$` in a path as itself. Some clients encode it (`/%24batch`). The query stays as it was sent. */
export const plainDollars = (url: string): string => {
  const [path = '', ...query] = url.split('?')
  return [path.replaceAll('%24', '$'), ...query].join('?')
}
