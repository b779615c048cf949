import type { Context, PartDatabase } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Finding, OperationContext, Values } from '../../core/operation.ts'
import type { Sink, Source, Transform } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { operationContext } from '../../engine/changes/context.ts'
import type { Phase } from '../../engine/phases.ts'
import type { Plan } from '../../engine/plan.ts'
import { graphTime } from '../../operations/objects/graph-time.ts'
import { endIn, isPast } from '../../operations/roles/ends.ts'
import { graph } from '../../sinks/graph.ts'
import { changeInput } from '../changes/change-input.ts'
import { nowhere } from '../hr/nowhere.ts'
import { cohortOf, notesOn, peoplePages, personAt, remark, remarksIn, type Found } from './cohort.ts'
import { findManagers } from './find-managers.ts'
import { findPeople, refuseRivals } from './find-people.ts'
import { following, memoryOf, remembered } from './memory.ts'
import { openNames } from './names.ts'
import { locationColumn, onboardColumns, optionsOf, type OnboardOptions, type OnboardParams } from './options.ts'
import { openPasses } from './passes.ts'
import { readCohort } from './read-cohort.ts'
import { stepsOf, type Onboarding } from './steps-of.ts'

/** Reads the rows, and finds out what is missing of each person. It has no rows. */
const deciding = (
  source: Source<Fields>,
  valuesOf: (row: Fields) => Values,
  options: OnboardOptions,
  check: NonNullable<Source<unknown>['check']>,
): Source<never> => ({
  ...source,
  kind: 'onboarding',
  usesGraph: true,
  // It starts over: no page has a position.
  resumable: source.resumable !== false,
  async check(ctx) {
    await check(ctx)
    await source.check?.(ctx)
  },
  describe: async ctx => ({ ...((await source.describe?.(ctx)) as object), ...(options as object) }) as Json,
  async *read(ctx) {
    const cohort = cohortOf(ctx)
    const context = operationContext(ctx.graph, ctx.signal)
    await ctx.untilShown()
    await expectRoleEnd(options, context)
    const passes = options.pass && (await openPasses(options.pass, context))
    const names = await openNames(options, context, ctx)
    await readCohort(source, valuesOf, options, ctx)
    const notes = notesOn(cohort)
    for (const page of peoplePages(cohort, true)) {
      await names.look(page.map(({ wanted }) => wanted!))
      cohort.write(() => {
        for (const { n, wanted } of page) {
          const named = names.named(wanted!)
          if ('outcome' in named) notes.refuse(n, named)
          else notes.want(n, named)
        }
      })
    }
    refuseRivals(cohort)
    await findPeople(
      cohort,
      { ...options, ...given({ pass: passes?.values }) },
      remembered(memoryOf(ctx)),
      context,
      ctx,
    )
    if (passes)
      for (const page of peoplePages(cohort, true))
        for (const { n, wanted, found } of page) {
          const why = found?.pass && (await passes.refusal(wanted!.groups, found.account))
          if (why) notes.refuse(n, why)
        }
    if (passes && !somebodyGets('pass', cohort))
      remark(cohort, ['--access-pass makes no pass: nobody in the file is new.'])
    await findManagers(cohort, options, context, ctx)
    yield { rows: [] }
  },
})

/** Whether something was found for a person who is not refused; also if all are. */
const somebodyGets = (what: keyof Found, { sql }: PartDatabase): boolean => {
  const open = 'select 1 from people where finding is null'
  return (
    !sql.prepare(`${open} limit 1`).get() ||
    sql.prepare(`${open} and found ->> ? is not null limit 1`).get(what) !== undefined
  )
}

/** The rows of an earlier phase, as they were read. */
const inputs: Source<Fields> = {
  kind: 'people',
  usesGraph: true,
  describe: async (): Promise<Json> => ({}),
  async *read(ctx) {
    const cohort = cohortOf(ctx)
    for (const note of remarksIn(cohort)) ctx.origin({ note })
    for (const page of peoplePages(cohort))
      yield { rows: page.map(({ key, input }) => ({ key, value: input })), unfinished: true }
    yield { rows: [] }
  },
}

/** Makes of each row what is done for its person. Rows with a finding, and those of people who lack nothing, have their result here. */
const decisions = (options: OnboardOptions): Transform<Fields, Onboarding> => ({
  kind: 'onboarding',
  open(ctx) {
    const find = personAt(cohortOf(ctx))
    return {
      page: async rows =>
        rows.flatMap(({ key }): readonly Row<Onboarding>[] => {
          const { wanted, found, finding, input } = find(key)!
          const value = finding ? undefined : { wanted: wanted!, found: found! }
          if (value && stepsOf(value, options).length > 0) return [{ key, value }]
          ctx.settled({ key, operation: 'create-user', ...(finding ?? nothingMissing(found!)) }, input)
          return []
        }),
    }
  },
})

const nothingMissing = ({ account, name }: Found): Finding => ({
  outcome: 'unchanged',
  ...given({ id: account }),
  message: `The person has the account ${name!}, and nothing is missing of it.`,
})

/** Everybody would be created, and nobody get the role. @throws EntrapipeError `OPTION_INVALID` */
const expectRoleEnd = async ({ roleUntil }: OnboardOptions, context: OperationContext): Promise<void> => {
  const until = endIn(given({ until: roleUntil }))
  if (until === undefined || !isPast({ until }, await graphTime(context))) return
  throw new EntrapipeError('OPTION_INVALID', `--role-until is ${roleUntil!}, which is in the past.`, {
    fix: 'Choose a later date, or leave it out.',
  })
}

/** New accounts get passwords or passes that only a file has. @throws EntrapipeError `OPTION_INVALID` */
const expectCredentials =
  ({ credentials }: OnboardParams) =>
  async ({ dryRun }: Context): Promise<void> => {
    if (dryRun || credentials !== undefined) return
    throw new EntrapipeError(
      'OPTION_INVALID',
      'New accounts get a password or a pass, and --credentials does not say into which file it is written.',
      { fix: 'Add --credentials with a new file, or look first with --dry-run.' },
    )
  }

/**
 * The phases of `onboard`: what is missing of each person is found out, and then done.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const onboardPlan = (params: OnboardParams): readonly Phase[] => {
  const options = optionsOf(params)
  const { columns = [], key: _, ...file } = params
  const { source, valuesOf } = changeInput(
    { kind: 'onboard', columns: onboardColumns },
    { ...file, columns: [...columns, ...locationColumn(params)] },
  )
  return [
    {
      name: 'people',
      plan: {
        source: deciding(source, valuesOf, options, expectCredentials(params)),
        sink: nowhere() as Sink<never>,
      } as object as Plan,
    },
    {
      name: 'onboard',
      plan: {
        source: inputs,
        transforms: [decisions(options)],
        sink: graph<Onboarding>(onboarding => stepsOf(onboarding, options), { owns: true, follow: following }),
      } as object as Plan,
    },
  ]
}
