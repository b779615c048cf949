/**
 * The kind of extension that a path names: `extension_<appId without hyphens>_name` is a directory extension,
 * `ext1a2b3c4d_name/property` or `contoso_name/property` a schema extension. Undefined for other names.
 *
 * @see https://learn.microsoft.com/graph/extensibility-overview
 */
export const extensionKind = (names: readonly string[]): 'directory' | 'schema' | undefined => {
  const [first = ''] = names
  if (/^extension_[0-9a-f]{32}_\w+$/i.test(first)) return names.length === 1 ? 'directory' : undefined
  if (/^[a-z][a-z0-9]*_\w+$/i.test(first) && !/^extension_/i.test(first))
    return names.length <= 2 ? 'schema' : undefined
  return undefined
}
