/** What can be switched to make the rarer behaviours of Graph happen. */
export interface Knobs {
  /**
   * How long the page tokens of filtered listings live that are no advanced queries; 0 is for ever. Real time, so that
   * moving the directory's clock does not break listings under way. @default 0
   */
  readonly pageTokenLifeMs?: number
  /** How long delta tokens live, by the directory's clock. @default 7 days */
  readonly deltaTokenLifeMs?: number
  /** How many changes before a delta token are given once more in its round. @default 0 */
  readonly deltaReplays?: number
  /** Objects a page of a delta. @default 200 */
  readonly deltaPageSize?: number
  /** Members a page of a delta; a larger group stands on several pages. @default 500 */
  readonly deltaMembersPerPage?: number
  /** Users have no `createdDateTime`, as in the USNat and USSec clouds. @default false */
  readonly withoutCreatedDateTime?: boolean
  /**
   * Filters are refused that a resource's page documents and Microsoft's generated table of operators does not, such as
   * `displayName ge 'm'`. @default false
   */
  readonly refusesDisputed?: boolean
}

/** Graph as it mostly is. */
export const defaultKnobs: Required<Knobs> = {
  pageTokenLifeMs: 0,
  deltaTokenLifeMs: 7 * 24 * 60 * 60 * 1_000,
  deltaReplays: 0,
  deltaPageSize: 200,
  deltaMembersPerPage: 500,
  withoutCreatedDateTime: false,
  refusesDisputed: false,
}
