const partial = '.partial'
const manifest = '.manifest.json'

/** Where a file is written until it is complete: in the same folder, so that publishing it is one rename. */
export const partialOf = (path: string): string => path + partial

/** Where the manifest of a file is. */
export const manifestOf = (path: string): string => path + manifest

/** The file whose manifest this is, by its name; undefined for any other name. */
export const fileOfManifest = (path: string): string | undefined =>
  path.endsWith(manifest) && !/(?:^|[\\/])$/.test(path.slice(0, -manifest.length))
    ? path.slice(0, -manifest.length)
    : undefined

/** Every name that the writing of a file takes in turn, the longest last. */
export const namesOf = (path: string): readonly string[] =>
  [path, manifestOf(path)].flatMap(name => [name, partialOf(name)])
