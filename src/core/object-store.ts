import type { Context } from './context.ts'

/**
 * Objects by name below one root: the files of a folder, the blobs below a prefix of a container, the objects below a prefix of a
 * bucket. A name has no slash: what is deeper belongs to another root.
 */
export interface ObjectStore {
  /** Canonical URL of the root, which ends in `/`: two runs must not write there, or below it, at the same time. */
  target(ctx: Context): string
  /** Refuses a root that cannot be written, before anything is read. Creates nothing. */
  check(ctx: Context): Promise<void>
  /** Begins an object. It replaces an object of that name, and an unfinished upload, once it is finished. */
  upload(ctx: Context, name: string, options?: ObjectOptions): Promise<ObjectUpload>
  /** Replaces a small object, or creates it, at once: a reader gets the old bytes or the new ones. It survives a crash. */
  put(ctx: Context, name: string, bytes: Uint8Array, options?: ObjectOptions): Promise<void>
  /**
   * Creates a small object unless there is one of its name. Returns whether it did: after a lost reply also false, so its bytes tell. Services
   * that do not know the condition compare just before they write.
   */
  create(ctx: Context, name: string, bytes: Uint8Array): Promise<boolean>
  /** The bytes of a small object; undefined without one. */
  get(ctx: Context, name: string): Promise<Uint8Array | undefined>
  /** The bytes of an object in order. @throws EntrapipeError `FILE_MISSING` */
  read(ctx: Context, name: string): AsyncIterable<Uint8Array>
  /** The version of an object, as `finish` returned it if it is unchanged; undefined without one. */
  versionOf(ctx: Context, name: string): Promise<string | undefined>
  /** All objects, in no order. Nothing if the root does not exist. */
  list(ctx: Context): AsyncIterable<StoredObject>
  /** The names of the folders in it, in no order: other roots, below this one, that have objects. */
  folders(ctx: Context): AsyncIterable<string>
  /** Removes those of these objects that exist, and their unfinished uploads, also those of other processes. */
  remove(ctx: Context, names: readonly string[]): Promise<void>
}

/** How an object is written. */
interface ObjectOptions {
  /** Absolute path of a file whose permissions limit those of the object; the owner keeps access. Only folders have them. */
  readonly like?: string | undefined
}

/** An object that exists, or is being uploaded. */
export interface StoredObject {
  readonly name: string
  readonly bytes: number
  /** It is an upload that was not finished, and nobody sees it under its name. */
  readonly unfinished?: true
}

/** An object being uploaded. Calls must not overlap. It is finished or aborted exactly once; a failed finish is aborted. */
export interface ObjectUpload {
  /** The bytes may be reused once it resolves. */
  append(bytes: Uint8Array): Promise<void>
  /**
   * Makes it durable, and visible under its name. Returns its version, which another write of the object would change.
   *
   * @param sha256 of all its bytes, in hex
   */
  finish(sha256: string): Promise<string>
  /** Removes what was uploaded. */
  abort(): Promise<void>
}
