import type { Judged } from './completeness.ts'
import type { FileFacts, Manifest } from './manifest.ts'

/** One manifest of several files and loads, such as the users, groups and memberships of one night: all of them are there, or none is accepted. */
export interface ManifestSet extends Judged {
  /** Version of the program that wrote it. */
  readonly entrapipe: string
  /**
   * When it was written, in UTC: all of its files matched their manifests then.
   *
   * @format date-time
   */
  readonly writtenAt: string
  /** The directory that all were read from. Absent if one does not name its directory. */
  readonly tenant?: NonNullable<Manifest['tenant']>
  /** When the first run started, and the last one ended, in UTC. */
  readonly startedAt: string
  readonly endedAt: string
  /** The sum of the rows of all files. */
  readonly rows: number
  readonly listings: readonly [Listing, ...Listing[]]
}

/** A file or a folder of part files, and its manifest when the set was written. */
export interface Listing {
  /** Relative to the folder of the set, with slashes; a URL of a folder elsewhere. A folder of part files ends in `/`. */
  readonly path: string
  /** The facts of the file; absent for a folder, whose files are those of the manifest. */
  readonly file?: FileFacts
  readonly manifest: Manifest
}
