/** Where outputs of jobs may go, by the names that administrators gave: absolute folders, or addresses of folders. Each ends in `/`. */
export type NamedPlaces = Readonly<Record<string, string>>

/** Whether a text can be the name of a place. One letter would be a drive of Windows. */
export const isPlaceName = (name: string): boolean => /^[a-z][a-z\d-]{1,29}$/.test(name)

/** An output at a named place: `lake:users.csv`, or `lake:users/` for part files. Undefined for any other output. */
export const placedOutput = (output: string): { readonly place: string; readonly name: string } | undefined => {
  const [, place, name] = /^([a-z][a-z\d-]{1,29}):([^/\\]+\/?)$/.exec(output) ?? []
  return place === undefined || name === undefined ? undefined : { place, name }
}

/** Where an output is at a named place: in a folder of its tenant, so that those of several tenants do not replace each other. */
export const placedAt = (folder: string, tenant: string, name: string): string =>
  /^[a-z][a-z\d+.-]+:\/\//i.test(folder)
    ? `${folder}${encodeURIComponent(tenant)}/${name.split('/').map(encodeURIComponent).join('/')}`
    : `${folder}${tenant}/${name}`
