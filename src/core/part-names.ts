/** Name of the manifest of a folder of part files. It comes last and is replaced at once, so it always names whole loads. */
export const partsManifest = '_manifest.json'

/** Name of a part file. It has the run's id, so that no run writes what another one wrote. @param at from 1 */
export const partName = (run: string, at: number, ending: string): string =>
  `part-${run}-${String(at).padStart(5, '0')}.${ending}`

/** A shard of a load that several machines write, and the token of the holder that writes it. */
export interface PartShare {
  readonly token: number
  readonly shard: number
}

/** As `partName`, of a shard: a holder that has lost it writes no name that the next one writes. */
export const sharedPartName = (run: string, { token, shard }: PartShare, at: number, ending: string): string =>
  partName(`${run}-t${token}-s${shard}`, at, ending)

/** Name of the ids that belong to a part. */
export const idsOfPart = (part: string): string => `${part}.ids`

const shape = /^part-(.+?)(?:-t\d+-s(\d+))?-(\d{5,})\.(?:parquet|csv|jsonl)(?:\.(?:gz|zst))?(?:\.ids)?$/

/** The run that wrote a part file; undefined for the name of another file. */
export const runOfPart = (name: string): string | undefined => shape.exec(name)?.[1]

/** The number of a part file; 0 for another file. */
export const numberOfPart = (name: string): number => Number(shape.exec(name)?.[3] ?? 0)

/** The shard of a part file that several machines write; undefined for another file. */
export const shardOfPart = (name: string): number | undefined => {
  const found = shape.exec(name)?.[2]
  return found === undefined ? undefined : Number(found)
}
