import { readName, type Need, type OperationPermissions } from './needs.ts'

/** Objects of one kind that commands change. */
interface Changed {
  /** The first word of the commands: `apps`. */
  readonly command: string
  /** The kind of object in the names of the operations: `application`. */
  readonly kind: string
  readonly path: string
  /** Reads the objects. */
  readonly reads: Need
}

/** What distinguishes a command from the others with its verb. */
interface Differing {
  /** Brakes compare what is taken away with the number of all objects. */
  readonly counts?: true
  /** A deleted object is looked up in the bin. */
  readonly binned?: true
  /** More reads, after those of the object. */
  readonly requests?: readonly string[]
  /** More needs, after those that write and read the objects. */
  readonly needs?: readonly Need[]
  readonly note?: string
}

type Verb = 'update' | 'enable' | 'disable' | 'delete' | 'restore'

/** Returns a function that makes the entry of a command which changes objects of a kind. `writes` is what the change itself requires. */
export const objectEntries =
  ({ command, kind, path, reads }: Changed) =>
  (
    verb: Verb,
    writes: Need,
    { counts, binned, requests = [], needs = [], note }: Differing = {},
  ): OperationPermissions => {
    const one = `${path}/{id}`
    const own =
      verb === 'restore'
        ? ['POST /directory/deletedItems/{id}/restore', 'GET /directory/deletedItems/{id}', `GET ${one}`]
        : [`${verb === 'delete' ? 'DELETE' : 'PATCH'} ${one}`, `GET ${one}`]
    return {
      operation: `${command} ${verb}`,
      kind: `${verb}-${kind}`,
      requests: [
        ...own,
        ...requests,
        ...(binned ? ['GET /directory/deletedItems/{id}'] : []),
        ...(counts ? [`GET ${path}/$count`] : []),
      ],
      needs: [writes, reads, ...needs, readName],
      ...(note !== undefined && { note }),
    }
  }
