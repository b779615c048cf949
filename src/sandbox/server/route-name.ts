const opaque = /^(?:[0-9a-f]{8}-[0-9a-f-]{27}|[^/]*@[^/]*)$/i

/** Names the route of a request. Ids in the path are replaced, so that a million users make one route. */
export const routeName = (method: string, url: string): string => {
  const path = url.split('?', 1)[0] ?? ''
  const parts = path.split('/').map(part => {
    const plain = decodeSafely(part)
    if (opaque.test(plain)) return '{id}'
    return plain.replace(/\('?[^)']*'?\)$/, '({id})').replace(/=[^)]*\)$/, '={id})')
  })
  return `${method} ${parts.join('/')}`
}

const decodeSafely = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    // With a stray percent sign, the route is named as it was sent.
    return text
  }
}
