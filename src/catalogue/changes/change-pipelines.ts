import { kindOfCommand } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { commandOf } from '../../core/object-kinds.ts'
import { flag, list, text, type Params } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { dayOrTime, optional, valueOrColumn } from '../optional.ts'
import type { ChangeInputParams } from './change-input.ts'
import { changeParams } from './change-params.ts'
import { syncPlan } from '../syncs/sync-plan.ts'
import { changePlan, type RowsOptions } from './change-plan.ts'
import type { SameForAll } from './change-sink.ts'

/** Parameters that only some verbs have. */
const ofVerb: Readonly<Record<string, Params>> = {
  update: { nulls: optional(text('text of a cell that clears its property')) },
}

/** Parameters of a command beside those of every change: what they say for all rows, and which operation they mean. */
export interface OwnParams {
  readonly params: Params
  /**
   * The operation, and the values that are the same for all rows.
   *
   * @throws EntrapipeError `OPTION_INVALID`
   */
  readonly meaning: (
    verb: string,
    values: Readonly<Record<string, unknown>>,
  ) => { readonly kind: string; readonly same: SameForAll; readonly rows?: RowsOptions }
}

/**
 * The pipelines of a command whose verbs each make one change for each row of their input.
 *
 * @param noun what is changed, as in the names of the operations: `user` in `create-user`
 * @param ownOf what all verbs have, or what each has
 */
export const changePipelines = (
  noun: string,
  verbs: readonly string[],
  ownOf?: OwnParams | Readonly<Record<string, OwnParams>>,
): BuiltIn => ({
  kinds: verbs,
  pipelineOf(verb) {
    const own = isOwnOfAll(ownOf) ? ownOf : ownOf?.[verb]
    return pipeline({
      summary: `Changes a directory: ${commandOf(noun)} ${verb}.`,
      params: { ...changeParams, ...own?.params, ...ofVerb[verb] },
      make(values) {
        const { kind, same, rows } = own?.meaning(verb, values) ?? { kind: kindOfCommand(noun, verb), same: {} }
        const input = Object.entries(given(values)).filter(([name]) => !Object.hasOwn(own?.params ?? {}, name))
        return changePlan(kind, Object.fromEntries(input) as unknown as ChangeInputParams, same, rows)
      },
    }) as object as Pipeline
  },
})

const isOwnOfAll = (own: object | undefined): own is OwnParams => own !== undefined && 'meaning' in own

const groupParams = { group: optional(text('the group: id or name; without it, each row has a column group')) }

/** The pipelines that change members of groups. */
export const memberPipelines = (): BuiltIn =>
  withSync(
    'member',
    changePipelines('member', ['add', 'remove'], {
      params: groupParams,
      meaning: (verb, { group }) => ({ kind: `${verb}-member`, same: sameOf({ group }) }),
    }),
  )

/** Options of `owners`, with the operation's noun and the value of each. */
const owned = {
  group: ['owner', 'group'],
  app: ['app-owner', 'application'],
  servicePrincipal: ['service-principal-owner', 'servicePrincipal'],
} as const

/** The pipelines that change owners, of groups if nothing else is named. */
export const ownerPipelines = (): BuiltIn =>
  withSync(
    'owner',
    changePipelines('owner', ['add', 'remove'], {
      params: {
        ...groupParams,
        app: valueOrColumn('the application: id, appId or name; alone, each row has a column application'),
        servicePrincipal: valueOrColumn(
          'the service principal: id, appId or name; alone, each row has a column servicePrincipal',
        ),
      },
      meaning(verb, values) {
        const named = (Object.keys(owned) as (keyof typeof owned)[]).filter(name => values[name] !== undefined)
        if (named.length > 1)
          throw new EntrapipeError('OPTION_INVALID', 'Only one of --group, --app and --service-principal can be given.')
        const [noun, value] = owned[named[0] ?? 'group']
        return { kind: `${verb}-${noun}`, same: sameOf({ [value]: values[named[0] ?? 'group'] }) }
      },
    }),
  )

/** The pipelines that add and remove members of administrative units. */
export const unitPipelines = (): BuiltIn =>
  changePipelines('administrative-unit', ['add', 'remove'], {
    params: {
      unit: optional(text('the administrative unit: id or name; without it, each row has a column administrativeUnit')),
    },
    meaning: (verb, { unit }) => ({ kind: `${verb}-unit-member`, same: sameOf({ administrativeUnit: unit }) }),
  })

/** The pipelines that assign app roles and take them. */
export const appRolePipelines = (): BuiltIn =>
  changePipelines('app-role', ['assign', 'unassign'], {
    params: {
      resource: optional(text('the service principal that has the role: id, appId or name')),
      role: optional(text('the app role: value, name or id')),
    },
    meaning: (verb, { resource, role }) => ({ kind: `${verb}-app-role`, same: sameOf({ resource, role }) }),
  })

const roleParams = {
  role: optional(text('the role: name or template id')),
  unit: optional(text('the administrative unit in which the role is given: id or name')),
  eligible: flag('eligible assignments, which people activate when they need them'),
}

const roleMeaning: OwnParams['meaning'] = (verb, { role, unit, eligible, until, justification }) => {
  if (eligible !== true && (until !== undefined || justification !== undefined))
    throw new EntrapipeError('OPTION_INVALID', 'Only eligible assignments have --until and --justification.', {
      fix: 'Add --eligible, or leave them out: an active assignment has no end.',
    })
  return {
    kind: `${verb}-${eligible === true ? 'eligible-role' : 'role'}`,
    same: sameOf({ role, administrativeUnit: unit }),
    rows: { usual: given({ until, justification } as { readonly until?: string; readonly justification?: string }) },
  }
}

/** The pipelines that assign directory roles and take them. */
export const rolePipelines = (): BuiltIn =>
  changePipelines('role', ['assign', 'unassign'], {
    assign: {
      params: {
        ...roleParams,
        until: optional(
          dayOrTime('when eligible assignments end, for rows without their own: a day, or a time with its zone'),
        ),
        justification: optional(text('why eligible assignments are made, for rows without their own')),
      },
      meaning: roleMeaning,
    },
    unassign: { params: roleParams, meaning: roleMeaning },
  })

/** Those values that the command has. */
const sameOf = (values: Readonly<Record<string, unknown>>): SameForAll =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

/** Adds the pipeline that makes the links of groups match a file. */
const withSync = (noun: 'member' | 'owner', one: BuiltIn): BuiltIn => ({
  kinds: [...one.kinds, 'sync'],
  pipelineOf: verb =>
    verb === 'sync'
      ? (pipeline({
          summary: `Changes a directory: ${commandOf(noun)} sync.`,
          params: { ...changeParams, ...groupParams, ...syncParams },
          make: values => syncPlan(noun, given(values)),
        }) as object as Pipeline)
      : one.pipelineOf(verb),
})

const syncParams = {
  types: list('types of the objects that are removed', { default: ['user'] }),
  addOnly: optional(flag('add what is missing, and remove nobody')),
  removeOnly: optional(flag('only remove those who are not in the file')),
}
