/** A server of objects for a test. */
export interface ObjectServer {
  readonly origin: string
  /** What a client must have in its environment. @param origin of a proxy before the server */
  variables(origin?: string): Readonly<Record<string, string>>
  /** The address of a folder, which ends in `/`, or of a container if it is empty. @param origin of a proxy */
  folder(container: string, folder: string, origin?: string): string
  /** Creates a container or bucket. */
  create(container: string): Promise<void>
}
