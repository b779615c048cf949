import type { Depot } from '../../core/depot.ts'

/** A file that a job wrote. */
export interface JobFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** The place where it is, if not on the server: `lake`. */
  readonly at?: string
}

/** Names the files of an output folder that are complete. It is no name that a request can give. */
const indexName = '_files.json'

/** The complete files of an output folder of a depot, by name. */
export const sentFiles = async ({ in: inFolder, ctx }: Depot, folder: string): Promise<readonly JobFile[]> => {
  const index = await inFolder(folder).get(ctx, indexName)
  return index ? (JSON.parse(Buffer.from(index).toString()) as readonly JobFile[]) : []
}

/** Sends files of an output folder to a depot. Then others see them, with their hashes. */
export const sendFiles = async (depot: Depot, folder: string, names: readonly string[]): Promise<void> => {
  const files = new Map((await sentFiles(depot, folder)).map(file => [file.name, file]))
  for (const name of names) files.set(name, { name, ...(await depot.send(`${folder}/${name}`)) })
  const sorted = [...files.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
  await depot.in(folder).put(depot.ctx, indexName, Buffer.from(JSON.stringify(sorted)))
}
