import type { Json } from '../core/json.ts'
import type { OutcomeCounts } from '../core/result.ts'

/**
 * `scheduled` waits for its time · `queued` waits for its turn · `awaiting-approval` its plan waits for a second person · `running` ·
 * `paused` continues when its window opens · `cancelling` nothing more is sent, and requests in flight settle · `cancelled` stopped by a person ·
 * `done` · `failed` · `short` ended with fewer rows than exist · `interrupted` its process ended, and it is taken up again ·
 * `discarded` its approval was refused, or did not come in time · `missed` its time was over before it could start.
 */
export type JobState = keyof typeof next

/** From each state, those that may follow. A state without any is final. */
const next = {
  scheduled: ['queued', 'cancelled', 'missed'],
  queued: ['running', 'cancelled', 'missed', 'failed'],
  'awaiting-approval': ['queued', 'cancelled', 'discarded', 'missed'],
  running: [
    'done',
    'failed',
    'short',
    'paused',
    'interrupted',
    'cancelling',
    'cancelled',
    'awaiting-approval',
    'queued',
  ],
  paused: ['queued', 'cancelled', 'missed'],
  cancelling: ['cancelled', 'done', 'failed', 'short'],
  cancelled: ['queued'],
  done: [],
  failed: ['queued'],
  short: [],
  interrupted: ['queued', 'running', 'cancelled', 'failed'],
  discarded: [],
  missed: [],
} as const satisfies Record<string, readonly string[]>

/** The tenant of a job over several. */
export const severalTenants = '*'

/** All states, in the order of a job's life. */
export const jobStates = Object.keys(next) as readonly JobState[]

/** Whether a job in one state may go on to another. */
export const mayFollow = (from: JobState, to: JobState): boolean => (next[from] as readonly JobState[]).includes(to)

/** States in which nothing is to be done any more, unless a person resumes the job. */
const ended: readonly JobState[] = ['cancelled', 'done', 'failed', 'short', 'discarded', 'missed']

/** Whether a job in this state has ended. Others are active: they cannot be deleted. */
export const hasEnded = (state: JobState): boolean => ended.includes(state)

/** Whether a write job in this state keeps others of its pipeline and tenant from starting. */
export const keepsSlot = (state: JobState): boolean =>
  !hasEnded(state) && state !== 'scheduled' && state !== 'paused' && state !== 'awaiting-approval'

/** Numbers of rows of a job. `pending` rows have no result yet. */
export interface JobCounts extends OutcomeCounts {
  readonly rows: number
  readonly pending: number
}

/** How fast a job is. */
export interface JobProgress {
  /** What it does: `counting`, `running`, `finishing` … */
  readonly doing: string
  /** Rows read, or changes settled. */
  readonly rows: number
  /** Rows in all, if they are known. */
  readonly total: number | null
  readonly rowsPerSecond: number
  /** Null while it is not known. */
  readonly secondsLeft: number | null
  /** What limits the speed: `quota`, `latency`, `cpu` or `disk`. */
  readonly boundBy: string | null
  /** Requests so far, those that Graph has throttled included. */
  readonly requests: number
  /** Resource units and writes, as charged so far. */
  readonly units: number
  /** Requests that Graph has throttled so far. */
  readonly throttled: number
}

/** Why a job failed. */
export interface JobError {
  readonly code: string
  readonly message: string
  readonly fix?: string
}

/** A job as others see it. Times are ISO 8601, UTC. */
export interface Job {
  readonly id: string
  readonly run?: string
  readonly pipeline: string
  /** Without paths. */
  readonly params: { readonly [name: string]: Json }
  /** Of the file that it writes, or else reads. */
  readonly fileName?: string
  readonly tenant: string
  readonly state: JobState
  /** The words of the portal: `Succeeded`, `Failed`. */
  readonly status?: string
  /** Why that is its state: `NotAllRowsSuccessfullyProcessed`, `CrashLoop` … */
  readonly reason?: string
  readonly error?: JobError
  readonly counts?: JobCounts
  readonly progress?: JobProgress
  /** Rows that it read on a machine that died, and reads again on another one. */
  readonly readAgain?: number
  /** What it would do, of a dry run or a plan. */
  readonly preview?: Json
  /** SHA-256 of the plan that is approved. */
  readonly planHash?: string
  /** The run that made the plan, and the numbers of the rows that it settled: they are not in the plan, and nothing is sent for them. */
  readonly planned?: { readonly run: string; readonly counts: JobCounts }
  readonly dryRun?: boolean
  /** Whether it changes the directory. */
  readonly writes: boolean
  readonly priority: number
  readonly by: string
  readonly approvedBy?: string
  readonly createdAt: string
  readonly startedAt?: string
  readonly endedAt?: string
  /** When it starts or continues; of one that awaits approval, until when it can be approved. */
  readonly at?: string
  readonly notAfter?: string
  readonly parent?: string
  /** Of a job over several tenants, whose `tenant` is `*`: their names. Each has a job of its own. */
  readonly tenants?: readonly string[]
  /** How many of those jobs are in each state. States without any are left out. */
  readonly parts?: { readonly [state in JobState]?: number }
  /** The job over several tenants that this one belongs to. */
  readonly partOf?: string
  /** Who can approve its plan: anybody who has looked at it, or only a second person. */
  readonly approver?: 'anybody' | 'second-person'
  /** Name of the schedule that started it. */
  readonly schedule?: string
  /** Ascends with each change of state. */
  readonly revision: number
}

/** Who asks. */
export interface Person {
  /** Never changes: the directory and object id of a person, or the name of whom a token was made for. */
  readonly id: string
  readonly name: string
  /** An app approves nothing. */
  readonly isApp?: boolean
}

/** What a job continues, reverses, or makes because its time has come, by the id of a run. */
export type JobWork =
  | { readonly kind: 'run' }
  | { readonly kind: 'retry'; readonly run: string; readonly outcomes: readonly ('failed' | 'unknown')[] }
  | { readonly kind: 'undo'; readonly run: string }
  | { readonly kind: 'due'; readonly run: string }

/** What is to be done, as only the worker sees it. */
export interface JobOrder {
  readonly pipeline: string
  readonly params: { readonly [name: string]: Json }
  /** Params with paths: those of the input and the output. In a fleet whose files are at an address, names there. */
  readonly paths: { readonly [name: string]: string }
  /** The SHA-256 of its input files, by their params, if they are known. */
  readonly sha256?: { readonly [name: string]: string }
  readonly tenant: string
  /** Options of the run by their names on the command line, in camel case: `dryRun`, `maxRemovals`, `reason` … */
  readonly options: { readonly [name: string]: Json }
  readonly work: JobWork
  /** `Person.id` of who submitted it. */
  readonly byId: string
}
