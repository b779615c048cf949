import type { Credential } from './credential.ts'
import type { Draw } from './draw.ts'
import type { Graph, GraphReply, GraphRequest } from './graph.ts'
import type { CountsImpact, TellsImpact, WithImpact } from './impact.ts'
import type { Json } from './json.ts'
import type { Teaching, WithLessons } from './lessons.ts'
import type { NameKind, ObjectKind } from './object-kinds.ts'
import type { OperationColumns } from './operation-columns.ts'
import type { Outcome } from './result.ts'
import type { Later } from './later.ts'
import type { Key } from './row.ts'
import type { Sensitive } from './sensitive.ts'
import type { ShowsNames } from './shows-names.ts'
import type { StepBefore } from './steps.ts'
import type { UsesUnits } from './supply.ts'
import type { OfUndo, Takes } from './undo.ts'

/** The values of a change by name, as JSON. */
export type Values = { readonly [name: string]: Json }

/** A change to the directory as data: a line of a plan, of a ledger, of an undo. */
export interface OperationRow extends OfUndo {
  /** Name of the operation, which is the name of its file: `create-user`. */
  readonly kind: string
  readonly value: Values
  /**
   * What must be in the directory just before the change, by the names of the operation's `Before`; missing names may have any
   * value. If it is not, the row fails and nothing is sent. For plans and undo.
   */
  readonly expected?: Values
  /** It is not sent by this run: its result is `waiting`, and `runs due` makes it at its time. @default it is sent now */
  readonly later?: Later
  /** If it is not as `expected`, or its object is gone, the row is skipped instead. For changes whose time has come. */
  readonly orSkipped?: true
  /** Steps of other rows that end before it is sent. */
  readonly after?: readonly StepBefore[]
}

/** The changes of one row, in the order in which they are sent. */
export interface ChangeRow {
  readonly steps: readonly OperationRow[]
}

/** The changes that undo a row of an earlier run, last step first. */
export interface Undone extends ChangeRow {
  /** Why the row is not undone. It has no steps then. */
  readonly settled?: Pick<Finding, 'outcome' | 'code' | 'message' | 'fix'> & { readonly operation: string }
  /** What changes of the row leave permanently, although others are undone; as sentences. */
  readonly lasting?: readonly string[]
}

/**
 * How the value of a change names the object that another step creates: an earlier one of the same row, or the first one of another row of
 * the same phase, which may come later in the input. The change is sent once that one has succeeded, and skipped if it fails.
 *
 * @param step index of that step
 * @param key key of the other row, whose steps before its object exists name no objects of other rows. @default the same row
 */
export const createdBy = (step: number, key?: Key): string =>
  key === undefined ? `$created:${step}` : `$created:${Buffer.from(JSON.stringify(key)).toString('hex')}/${step}`

/**
 * What Graph does with a request that it has performed before. `same`: the same, without harm, whatever others did meanwhile · `refused`: it
 * refuses it with an error that other causes may have too · `never`: it would do it twice, or undo what others did meanwhile.
 */
type Repeat = 'same' | 'refused' | 'never'

/** An object that a row names: by id, or by another name that is looked up before anything is sent. */
export interface Named {
  readonly as: NameKind
  readonly name: string
  /** The kind of a deleted object. */
  readonly of?: ObjectKind
  /** If no live object has the name, a deleted one is found by it. */
  readonly orDeleted?: true
}

/** What brakes count: changes that remove something, by the object that loses. */
export type Removal = 'delete' | 'disable' | 'remove' | 'rename'

/** What is known about an object or a row that is not sent. */
export interface Finding {
  readonly outcome: Exclude<Outcome, 'unknown' | 'waiting'>
  /** Id of the object in the directory. */
  readonly id?: string
  /** Graph's code, or one of ours, such as `AdoptedAfterLostReply`. */
  readonly code?: string
  /** What was found, or what went wrong, as a sentence. */
  readonly message?: string
  /** What to do. */
  readonly fix?: string
  readonly status?: number
  readonly requestId?: string
  /** Id of the supply of which the directory had no unit for the row: it may have one later. */
  readonly lacks?: string
  /** Values that only the reply has. They are sealed with the row, and are in no result. */
  readonly secrets?: Values
}

/**
 * What people want to know about a row before it removes something. `guest`, `synced`: the user is one · `mailbox`: a disabled account
 * with mail and without a licence, which often is a shared mailbox · `synced-device`: Active Directory has the device, too · `microsoft`: Microsoft owns
 * the app · `managed-identity`: Azure keeps it with a resource · `licensing`: the group assigns licences · `last-owner`: the group
 * would have no owner · `invitation-mail`: a person outside gets a mail.
 */
export type Notable =
  | 'guest'
  | 'synced'
  | 'mailbox'
  | 'synced-device'
  | 'microsoft'
  | 'managed-identity'
  | 'licensing'
  | 'last-owner'
  | 'invitation-mail'

/** A row that must be sent, with what was read before it; or what was found instead. */
export type Looked<B extends Values = Values> = WithImpact &
  ({ readonly send: B; readonly notable?: readonly Notable[] } | Finding)

/** A row with what was read just before it is sent. */
export interface Ready<V extends Values = Values, B extends Values = Values> {
  readonly value: V
  readonly before: B
  /**
   * An earlier attempt got no reply and was then found not performed. It may still have been performed later, so a refusal such as
   * "already exists" may be its effect.
   */
  readonly lost?: boolean
}

/** A row whose request was sent and has no reply, or a reply that leaves open who did it. */
export interface Sent<V extends Values = Values, B extends Values = Values> extends Ready<V, B> {
  /** When it was first sent, by the clock of Graph, in milliseconds since 1970. Its clock shows whole seconds: this is not later. */
  readonly sinceMs: number
  /** When the last attempt was sent, by the clock of Graph, in milliseconds since 1970; a second or two earlier than it was at most. */
  readonly untilMs?: number
  /** Number of attempts that were sent. */
  readonly attempts: number
  /** The client-request-id of the last attempt. Rows with the same one were in one request, which was performed for all or none. */
  readonly request?: string
  /** The last attempt got a reply that leaves open what becomes of the row (`undecided`): true if Graph accepted it. @default it got none, as far as is known */
  readonly answered?: true | 'refused'
  /** Other rows of this run were changed by somebody else between their look and their request: this one may have been, too. */
  readonly contested?: boolean
  /**
   * Why no reply could show somebody else who made the same change. `stopped`: the process that sent it ended, and with it all replies of
   * that time · `repeated`: it was found not performed, and sent again. @default the replies around it could
   */
  readonly unwitnessed?: 'stopped' | 'repeated'
}

/**
 * The result of one row of a reply. `apart`: nothing was performed because of another row of the request, so this one is sent
 * again without it · `contested`: so, and somebody else has made one of these changes since the row was looked at ·
 * `later`: the directory does not show an earlier change yet, so the row is read and sent again after the lag ·
 * `undecided`: `decide` must look.
 */
export type Verdict = Finding | 'apart' | 'contested' | 'later' | 'undecided'

/**
 * What `decide` found. `not-done`: no attempt was performed, so it may be sent again. `unknown` says why as a sentence. `wait`: it does not show
 * yet and is decided again later; `atMostMs` after the last attempt it is unknown, for this reason.
 */
export type Decision =
  Finding | 'not-done' | { readonly unknown: string } | { readonly wait: string; readonly atMostMs: number }

/** What an operation may use. */
export interface OperationContext extends WithLessons, CountsImpact {
  /** Reads only. `batch` takes any number of requests. */
  readonly graph: Pick<Graph, 'tenant' | 'signedInAs' | 'batch' | 'request' | 'attempt' | 'pages' | 'count'>
  readonly signal: AbortSignal
  /** What rows of this window expect to find (see `OperationRow.expected`): `look` reads these properties, too. */
  readonly expected: readonly string[]
  /**
   * Returns what `read` returned first under this name, while rows of the same window are worked on: several operations that need
   * the members of one group read them once. `slot`: only the last one of its name is kept, for what is large.
   */
  once<T>(name: string, read: () => Promise<T>, slot?: string): Promise<T>
}

/**
 * A change to the directory, described once. Dry run, plan, resume, retry and undo are made from it. It never retries, waits,
 * batches or logs. Its functions depend on nothing but their arguments.
 */
export interface Operation<V extends Values = Values, B extends Values = Values>
  extends Teaching<V, B, OperationContext>, UsesUnits<V, B>, TellsImpact, ShowsNames<V>, Sensitive, Takes {
  readonly kind: string
  /** As a person says it: `Create users`. */
  readonly title: string
  /** The kind of object that it changes. */
  readonly changes: ObjectKind
  readonly columns: OperationColumns
  /** Largest number of rows in one request; they have the same first lock. @default 1 */
  readonly rowsPerRequest?: number
  /** Limits and waves count the objects that it changes (first locks), and do not divide their rows. @default they count rows */
  readonly countsObjects?: true
  /** Its requests are not sent in a `$batch`. @default they may be */
  readonly unbatched?: true
  /** Names of the values that are sealed wherever the row is kept. */
  readonly secrets?: readonly string[]
  /**
   * Whether the same change again does the same again, and the directory does not show that it was made. A second run with the same
   * rows requires `--fresh`. @default it is found `unchanged`
   */
  readonly isRepeated?: true
  /** What it makes lets its holder sign in as the user: it is only sent while it is known who holds privileged roles. */
  readonly takesOver?: true

  /** Passwords and passes that it makes. They are handed out once, for rows that are `done`, and then destroyed. */
  readonly credentials?: {
    /** Whether a row makes one. @param value without its secrets */
    made(value: V): boolean
    /** The credential of a row; undefined if it makes none, or its secret was destroyed. @param value with its secrets */
    of(value: V, before: B): Credential | undefined
    /** Whether a row has a secret that nobody gets. It is destroyed with those that are handed out. @default it has none */
    isWithheld?(value: V): boolean
  }

  // Intake

  /** Checks the values of a row and completes them. @throws EntrapipeError `ROW_INVALID`; fact `column` names the value */
  accept(value: Values, draw: Draw): V
  /** The objects that the row names. `resolved` gets their ids in the same order. @default none */
  named?(value: V): readonly Named[]
  resolved?(value: V, ids: readonly string[]): V
  /**
   * Called with values that have their ids: what they name within an object gets its id, too, or the row fails. In the order of the
   * values. @default nothing is named within objects
   */
  completed?(values: readonly V[], ctx: OperationContext): Promise<readonly ({ readonly value: V } | Finding)[]>
  /** What a preview says of a row beside what it is about and the objects that it names: `until 2027-01-31T00:00:00Z`. @default nothing */
  detail?(value: V, before?: B): string | undefined
  /** What a preview says once of all rows of which it is true, with their number: few sentences, whatever the rows. @default nothing */
  remarks?(value: V, before: B): readonly string[]
  /** The object or link that it changes, as text without case. Two rows with the same one are duplicates, in conflict, or ordered. */
  about(value: V): string
  /** The values without those that were drawn. Rows that are equal in the rest are the same change. @default all values */
  withoutDrawn?(value: V): Values
  /** Rows about the same thing are sent in the order of the file, but not two of one kind with other values. @default they are in conflict */
  readonly ordered?: true
  /** What no two requests may change at once, in lower case. Rows that share the first one are sent in order, and together if they fit. */
  locks(value: V): readonly string[]

  // Apply
  repeat(value: V): Repeat
  /**
   * Reads what is in the directory, for all rows at once, and compares. In the order of the rows.
   *
   * @param lostSince for each row whose reply was lost and that was then found `not-done`: `Sent.sinceMs` of its attempts
   */
  look(
    values: readonly V[],
    ctx: OperationContext,
    lostSince?: readonly (number | undefined)[],
  ): Promise<readonly Looked<B>[]>
  /** What the change takes away. Called before the first change, with what `look` returned. */
  removal?(value: V, before: B): Removal | undefined
  /** What its removals take from objects, if that is in no list of them: `licences`. */
  readonly loss?: string
  /**
   * Objects of another kind that lose something by the change of one row, and how many: the members of a group that gives them a
   * licence. @default one object of the kind that it changes
   */
  losers?(value: V, before: B): { readonly kind: ObjectKind; readonly count: number }
  /** Which of some protected objects are among the `losers`; for a row that removes something. @param ids in lower case, of any kind */
  losersAmong?(ids: readonly string[], value: V, before: B, ctx: OperationContext): Promise<readonly string[]>
  /**
   * The unique name that the change takes from an object, and the one that it gives to it, in lower case. A row that takes a name is sent
   * after the row that frees it.
   */
  renames?(value: V, before: B): { readonly frees: string; readonly takes: string } | undefined
  /** Path of the list from which a link is removed, perhaps with a filter; the brakes count what it has. @default the live objects of the kind */
  removesFrom?(value: V): string
  /**
   * Ids of the objects that must not be protected, in lower case: those that lose something, and groups whose properties or links
   * change. @default the object of a change that removes something
   */
  touches?(value: V, before: B): readonly string[]
  /** Whether a row may have no way back: such rows are only sent with the user's explicit consent. @default none has */
  irreversible?(value: V, before: B): boolean
  /** The request for at most `rowsPerRequest` rows. */
  request(rows: readonly Ready<V, B>[]): GraphRequest
  /** The results of a final reply, in the order of the rows. If all are `apart`, the rows are sent again in halves. */
  settle(rows: readonly Ready<V, B>[], reply: GraphReply): readonly Verdict[]
  /** Decides what became of rows whose reply was lost, from what the directory shows after its lag. In the order of the rows. */
  decide(rows: readonly Sent<V, B>[], ctx: OperationContext): Promise<readonly Decision[]>
  /**
   * Whether two values of a name in `Before` or `expected` are the same to the directory, which may ignore case or order.
   * @default equal as JSON, the order of names aside
   */
  isSame?(name: string, one: Json | undefined, other: Json | undefined): boolean
  /** The change that undoes it. @param id of the object in the directory */
  inverse?(value: V, before: B, id: string | undefined): OperationRow | undefined
  /** More changes that undo it, after the inverse: what Graph changed with it. @default none */
  undoneWith?(value: V, before: B): readonly OperationRow[]
}

/** Returns the operation of this name; undefined if there is none. */
export type Operations = (kind: string) => Operation | undefined
