/** What a person has of Microsoft 365 E3: names of the plans that are off, directly and by the group. */
interface Had {
  readonly direct?: readonly string[]
  readonly group?: readonly string[]
}

interface Member {
  readonly trait: string
  readonly before: Had
  readonly after: Had
  /** Nothing is sold there. */
  readonly isProhibited?: true
  /** Nothing was sold there until now, so the group could not give it. */
  readonly isCured?: true
  /** Not in the group before. */
  readonly isOutside?: true
  /** Without an account before. */
  readonly isNew?: true
}

/** Where the people of a cell are. */
interface Listed {
  readonly group: string
  readonly file: string
  /** The file with what a new account needs. */
  readonly cohort: string
  /** Of the cell. */
  readonly mark: string
}

/** Something that is done to the people of a list or of a group, where the licence is one step. */
export interface GroupOperation {
  readonly name: string
  /** @param of the group, or a file with the people */
  args(of: Listed): readonly string[]
  /** Plans that the group turns off in what it assigns before. */
  readonly assigned?: readonly string[]
  readonly members: readonly Member[]
  /** The requests that faults strike. */
  struck(of: { readonly group: string; readonly first: string }): string
  /** Rows by outcome. */
  readonly counts: Readonly<Record<string, number>>
  /** It has no undo: Graph would do it by itself sooner or later. */
  readonly stays?: true
}

const group = (verb: string, id: string, ...more: readonly string[]) => [
  ...['licenses', 'group', verb, '--group', id, '--sku', 'SPE_E3'],
  ...more,
]
const onboard = (cohort: string, mark: string, ...more: readonly string[]) => [
  ...['onboard', '--from', cohort, '--if-not-exists', '--sku', 'SPE_E3', '--usage-location', 'DE'],
  ...['--credentials', `passwords-${mark}.csv`, '--plain-credentials', ...more],
]
const sway = ['SWAY']
const unsold: Member = { trait: 'where nothing is sold', before: {}, after: {}, isProhibited: true }
const both: Had = { direct: sway, group: sway }
const ofGroup = ({ group: id }: { readonly group: string }): string => `POST /groups/${id}/assignLicense`
const ofFirst = ({ first }: { readonly first: string }): string => `POST /users/${first}/assignLicense`

/** What is done to groups, to leavers and to newcomers. */
export const groupOperations: readonly GroupOperation[] = [
  {
    name: 'assign to a group',
    args: ({ group: id }) => group('assign', id, '--disable-plans', 'SWAY'),
    members: [
      { trait: 'with nothing', before: {}, after: { group: sway } },
      {
        trait: 'with a direct one',
        before: { direct: [] },
        after: { direct: [], group: sway },
      },
      unsold,
    ],
    struck: ofGroup,
    counts: { done: 1 },
  },
  {
    name: 'remove from a group',
    args: ({ group: id }) => group('remove', id),
    assigned: sway,
    members: [
      { trait: 'by the group alone', before: { group: sway }, after: {} },
      {
        trait: 'both ways',
        before: { direct: [], group: sway },
        after: { direct: [] },
      },
      unsold,
    ],
    struck: ofGroup,
    counts: { done: 1 },
  },
  {
    name: 'migrate to a group',
    args: ({ group: id }) => group('migrate', id, '--to', 'group'),
    assigned: sway,
    members: [
      { trait: 'with the same plans', before: both, after: { group: sway } },
      {
        trait: 'with fewer plans',
        before: { direct: ['SWAY', 'TEAMS1'], group: sway },
        after: { group: sway },
      },
      {
        trait: 'with more plans',
        before: { direct: [], group: sway },
        after: { direct: [], group: sway },
      },
      {
        trait: 'by the group alone',
        before: { group: sway },
        after: { group: sway },
      },
      {
        trait: 'where nothing is sold',
        before: { direct: sway },
        after: { direct: sway },
        isProhibited: true,
      },
    ],
    struck: ofFirst,
    counts: { done: 2, skipped: 2 },
  },
  {
    name: 'migrate from a group',
    args: ({ group: id }) => group('migrate', id, '--to', 'direct'),
    assigned: sway,
    members: [
      {
        trait: 'by the group alone',
        before: { group: sway },
        after: { direct: sway },
      },
      {
        trait: 'with more plans',
        before: { direct: [], group: sway },
        after: { direct: [] },
      },
      {
        trait: 'with fewer plans',
        before: { direct: ['SWAY', 'TEAMS1'], group: sway },
        after: { direct: sway },
      },
    ],
    struck: ofFirst,
    // Who has all plans keeps what there is; the group is a row of its own.
    counts: { done: 3, unchanged: 1 },
  },
  {
    name: 'reprocess the members of a group',
    args: ({ group: id }) => group('reprocess', id),
    assigned: sway,
    members: [
      { trait: 'whose error is cured', before: {}, after: { group: sway }, isCured: true },
      unsold,
      { trait: 'without an error', before: { group: sway }, after: { group: sway } },
    ],
    struck: ({ first }) => `POST /users/${first}/reprocessLicenseAssignment`,
    counts: { done: 1, failed: 1 },
    stays: true,
  },
  {
    name: 'offboard',
    args: ({ file }) => ['offboard', '--from', file, '--remove-licenses'],
    assigned: sway,
    members: [
      { trait: 'both ways', before: both, after: { group: sway } },
      {
        trait: 'both ways, with other plans',
        before: { direct: ['TEAMS1'], group: sway },
        after: { group: sway },
      },
    ],
    struck: ofFirst,
    // Of each person the sign-in is blocked in a row before.
    counts: { done: 4 },
  },
  {
    name: 'onboard with a product',
    args: ({ cohort, mark }) => onboard(cohort, mark),
    members: [
      { trait: 'with nothing', before: {}, after: { direct: [] } },
      { trait: 'with fewer plans', before: { direct: sway }, after: { direct: sway } },
      unsold,
      { trait: 'new', before: {}, after: { direct: [] }, isNew: true },
    ],
    struck: ofFirst,
    counts: { done: 2, unchanged: 1, failed: 1 },
  },
  {
    name: 'onboard into a group that gives the product',
    args: ({ cohort, mark, group: id }) => onboard(cohort, mark, '--group', id),
    assigned: sway,
    members: [
      { trait: 'with nothing', before: {}, after: { group: sway }, isOutside: true },
      { trait: 'with a direct one', before: { direct: [] }, after: { direct: [], group: sway }, isOutside: true },
      { trait: 'in the group', before: { group: sway }, after: { group: sway } },
      { trait: 'new', before: {}, after: { group: sway }, isNew: true },
    ],
    struck: ({ group: id }) => `PATCH /groups/${id}`,
    counts: { done: 3, unchanged: 1 },
  },
]
