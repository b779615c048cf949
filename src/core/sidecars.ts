const partial = '.partial'
const manifest = '.manifest.json'

/** Path of an incomplete file. It is in the same folder, so that publishing is one rename. */
export const partialOf = (path: string): string => path + partial

/** Path of the file that a partial is of; undefined if the path is not that of a partial. */
export const fileOfPartial = (path: string): string | undefined =>
  path.endsWith(partial) && !/(?:^|[\\/])$/.test(path.slice(0, -partial.length))
    ? path.slice(0, -partial.length)
    : undefined

/** Path of a file's manifest. */
export const manifestOf = (path: string): string => path + manifest

/** Path of the file that a manifest belongs to; undefined if the path is not that of a manifest. */
export const fileOfManifest = (path: string): string | undefined =>
  path.endsWith(manifest) && !/(?:^|[\\/])$/.test(path.slice(0, -manifest.length))
    ? path.slice(0, -manifest.length)
    : undefined

/** Every name that is used while a file is written, the longest last. */
export const namesOf = (path: string): readonly string[] =>
  [path, manifestOf(path)].flatMap(name => [name, partialOf(name)])
